import * as v from 'valibot';

/** What is wrong with something, in words, and where. */
export function describe(issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  const path = issue === undefined ? null : v.getDotPath(issue);
  return path === null ? (issue?.message ?? 'invalid') : `${path}: ${issue?.message}`;
}

/** Fields of a request as a schema has them, or what is wrong with them, in words. */
export function fieldsOf<S extends v.GenericSchema<unknown, object>>(
  schema: S,
  request: unknown,
): v.InferOutput<S> | string {
  const { success, issues, output } = v.safeParse(schema, request);
  return success ? output : describe(issues);
}
