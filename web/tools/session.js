/** The number of the one session that an engine of the tools has at a time. */
export const SESSION = 0;
