/** Close code for an end that the client asked for or that is no fault (RFC 6455, section 7.4.1). */
export const normalClosure = 1000;
