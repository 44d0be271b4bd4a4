/** The scalar types of the schema, sub-messages, and open enums (section 2). */
export type FieldKind = 'string' | 'bytes' | 'bool' | 'uint32' | 'uint64' | 'int64' | 'enum' | 'message';

/** One field of a message. */
export interface FieldSchema {
  /** Its number on the wire. */
  readonly no: number;
  /** Its name in our objects, in camel case. */
  readonly name: string;
  readonly kind: FieldKind;
  /** What a sub-message is made of. */
  readonly of?: MessageSchema;
  /** A list; only of sub-messages or bytes. */
  readonly repeated?: true;
  /** The member of our object that holds this field or one of its rivals, as `{ case, value }`. */
  readonly oneof?: string;
}

/** What a message is made of: what `encode` and `decode` go by. */
export interface MessageSchema<Message = unknown> {
  readonly name: string;
  /** In the order of their numbers. */
  readonly fields: readonly FieldSchema[];
  /** Never there: it ties the type to the table. */
  readonly message?: Message;
}

/** What may be written: a member that is left out has its default, which is what does not go on the wire. */
export type Sparse<T> = T extends string | number | boolean | undefined | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Sparse<Item>[]
    : T extends { readonly case: infer Case; readonly value: infer Value }
      ? { readonly case: Case; readonly value: Sparse<Value> }
      : { readonly [Name in keyof T]?: Sparse<T[Name]> | undefined };
