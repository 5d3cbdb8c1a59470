export const browsers = ['chromium'];

/** The application is compiled with this suite, which Node only asks for its browsers. */
export default async function (context) {
  const { suite } = await import('../apps/react-suite.jsx');
  suite(context, 19);
}
