import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

// The application's own users, as it had them before there was a chat. A Map stands for its database.

/** A row of the users table. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly moderates: boolean;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const hashOf = promisify<string, Buffer, number, Buffer>(scrypt);
const users = new Map<number, User>();
/** Whose a token is. Only its hash is kept: a copy of the table logs nobody in. */
const logins = new Map<string, number>();
let nextId = 1;

export async function addUser(name: string, password: string, moderates = false): Promise<User> {
  if (userNamed(name) !== undefined) throw new RangeError(`${name} is taken`);
  const salt = randomBytes(16);
  const user = { id: nextId++, name, moderates, salt, hash: await hashOf(password, salt, 32) };
  users.set(user.id, user);
  return user;
}

/** A new token of whoever has this name and password; `undefined` if nobody has. */
export async function logIn(name: string, password: string): Promise<string | undefined> {
  const user = userNamed(name);
  // An unknown name costs the same time as a wrong password.
  const hash = await hashOf(password, user?.salt ?? Buffer.alloc(16), 32);
  if (user === undefined || !timingSafeEqual(hash, user.hash)) return undefined;
  const token = randomBytes(24).toString('base64url');
  logins.set(digest(token), user.id);
  return token;
}

export function userOfToken(token: string): User | undefined {
  const id = logins.get(digest(token));
  return id === undefined ? undefined : users.get(id);
}

export function removeUser(id: number): void {
  users.delete(id);
  for (const [token, owner] of logins) if (owner === id) logins.delete(token);
}

function userNamed(name: string): User | undefined {
  return [...users.values()].find((user) => user.name.toLowerCase() === name.toLowerCase());
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
