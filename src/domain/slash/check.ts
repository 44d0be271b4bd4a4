import type { Rejection } from '../../core/rejection.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { type SlashCommand, type SlashOption, slashTypes } from './slash.js';

/** What is wrong with a set of commands, if anything. */
export function wrongCommands(commands: readonly SlashCommand[], optionLimit: number): string | undefined {
  const names = new Set<string>();
  for (const { name, options } of commands) {
    if (name === '') return 'a command has no name';
    if (names.has(name)) return `command ${name} is there twice`;
    names.add(name);
    if (options.length > optionLimit) return `command ${name} has more than ${optionLimit} options`;
    if (new Set(options.map((option) => option.name)).size < options.length)
      return `command ${name} has an option twice`;
    for (const { name: option, type, choices } of options) {
      if (option === '') return `command ${name} has an option without a name`;
      if (!slashTypes.includes(type)) return `option ${option} has no type`;
      if (type === 'enum' && !choices?.length) return `option ${option} has no choices`;
    }
  }
  return undefined;
}

/** Denied roles first, then those that are needed (OriginChats, section 6.8). */
export function wrongRoles(
  command: Pick<SlashCommand, 'needsRoles' | 'deniesRoles'>,
  roles: readonly string[],
): Rejection<RejectionCode> | undefined {
  const denied = command.deniesRoles.find((role) => roles.includes(role));
  if (denied !== undefined) return refuse('slash-role-denied', { role: denied });
  const needed = command.needsRoles.find((role) => !roles.includes(role));
  return needed === undefined ? undefined : refuse('slash-role-needed', { role: needed });
}

/** What is wrong with the arguments of a call: first those that nobody asked for, then missing ones, then their types. */
export function wrongArgument(
  { options }: SlashCommand,
  args: Readonly<Record<string, unknown>>,
): Rejection<RejectionCode> | undefined {
  const strange = Object.keys(args).find((name) => !options.some((option) => option.name === name));
  if (strange !== undefined) return refuse('slash-argument-unknown', { name: strange });
  const given = (name: string) => (Object.hasOwn(args, name) ? args[name] : undefined);
  const missing = options.find(({ name, required }) => required && given(name) === undefined);
  if (missing !== undefined) return refuse('slash-argument-missing', { name: missing.name });
  const wrong = options.find(
    (option) => given(option.name) !== undefined && !fits(option, given(option.name)),
  );
  return wrong && refuse('slash-argument-invalid', { name: wrong.name, type: wrong.type });
}

function fits({ type, choices }: SlashOption, value: unknown): boolean {
  switch (type) {
    case 'str':
      return typeof value === 'string';
    case 'int':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'enum':
      return typeof value === 'string' && (choices?.includes(value) ?? false);
  }
}
