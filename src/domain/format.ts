/** The version of the rows' shapes; raised together with a migration. */
export const format = 1;
