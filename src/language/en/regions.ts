/** regions */
export const regions = {};
