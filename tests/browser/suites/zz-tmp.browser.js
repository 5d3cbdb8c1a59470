export const browsers = ['firefox']; export default function () {}
