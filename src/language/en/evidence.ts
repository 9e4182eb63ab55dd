/** evidence */
export const evidence = {};
