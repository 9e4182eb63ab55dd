/** reading */
export const reading = {};
