declare module 'dynalite/validations/index.js' {
  const validations: object;
  export default validations;
}
