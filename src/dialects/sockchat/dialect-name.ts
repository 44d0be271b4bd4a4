/** The dialect's name in a chat. */
export const dialectName = 'sockchat';
