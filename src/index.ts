export { type Chat, createChat, type Health } from './chat.js';
export { ChatError, type ErrorCode } from './core/errors.js';
export type { Permission } from './domain/access/permissions.js';
export type { Auth, AuthContext, Credentials, Denied } from './domain/auth.js';
export type { Identity } from './domain/users/identity.js';
export type { ChatEvents } from './emitter.js';
export type { ChatOptions, Hooks } from './options.js';
