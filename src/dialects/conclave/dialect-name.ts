/** Its name, the realm of its credentials and the provider of its identities. */
export const dialectName = 'conclave';
