import * as v from 'valibot';
import { type SlashCommand, type SlashOption, slashTypes } from '../../domain/slash/slash.js';
import { systemAuthor } from './shapes.js';

/** Longest name and longest description, in characters: what every client has to carry in its list. */
const longestName = 100;
const longestDescription = 2_000;

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(longestName));
const description = v.pipe(v.string(), v.maxLength(longestDescription));
const names = v.nullish(v.array(name), []);

/** A command as bots register it (section 4). What is not named here is left out. */
const command = v.object({
  name,
  description,
  options: v.optional(
    v.array(
      v.object({
        name,
        description,
        type: v.picklist(slashTypes),
        required: v.optional(v.boolean(), true),
        choices: v.nullish(v.array(name)),
      }),
    ),
    [],
  ),
  whitelistRoles: names,
  blacklistRoles: names,
  ephemeral: v.optional(v.boolean(), false),
});

/** Commands as a request brings them, or what is wrong with the first that is none. */
export function commandsFromWire(given: readonly unknown[]): SlashCommand[] | { readonly wrong: string } {
  const commands: SlashCommand[] = [];
  for (const one of given) {
    const parsed = v.safeParse(command, one);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const path = v.getDotPath(issue);
      return { wrong: path === null ? issue.message : `${path}: ${issue.message}` };
    }
    const { options, whitelistRoles, blacklistRoles, ...rest } = parsed.output;
    commands.push({
      ...rest,
      options: options.map(
        ({ choices, ...option }): SlashOption => (choices?.length ? { ...option, choices } : option),
      ),
      needsRoles: whitelistRoles ?? [],
      deniesRoles: blacklistRoles ?? [],
    });
  }
  return commands;
}

/** A bot's command as lists show it. */
export function slashShape(command: SlashCommand, registeredBy: string): object {
  const { name, description, options, needsRoles, deniesRoles, ephemeral } = command;
  return {
    name,
    description,
    options: options.map(({ name, description, type, choices, required }) => ({
      name,
      description,
      type,
      choices: choices ?? null,
      required,
    })),
    whitelistRoles: needsRoles.length === 0 ? null : needsRoles,
    blacklistRoles: deniesRoles.length === 0 ? null : deniesRoles,
    ephemeral,
    registeredBy,
  };
}

/** A command of the server itself, which one of `roles` may call; `undefined`: everybody. */
export interface ServerCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Omit<SlashOption, 'choices'>[];
  readonly roles?: readonly string[];
}

/** One as lists show it. */
export function serverShape({ name, description, options, roles }: ServerCommand): object {
  return {
    name,
    description,
    options: options.map(({ name, description, type, required }) => ({ name, description, type, required })),
    whitelistRoles: roles ?? null,
    blacklistRoles: null,
    ephemeral: false,
    registeredBy: systemAuthor,
  };
}
