export const browsers = ['chromium'];

/** The applications are compiled with this suite, which Node only asks for its browsers. */
export default async function (context) {
  const { suite } = await import('../apps/frameworks-suite.js');
  suite(context);
}
