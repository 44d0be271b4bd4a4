import {
  type Capabilities,
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  createGroupInfoWithExternalPubAndRatchetTree,
  decodeMlsMessage,
  defaultAuthenticationService,
  defaultKeyRetentionConfig,
  defaultLifetimeConfig,
  defaultPaddingConfig,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  joinGroupExternal,
  type KeyPackage,
  type LeafNode,
  type MLSMessage,
  type PrivateKeyPackage,
  type Proposal,
  processPrivateMessage,
  processPublicMessage,
} from 'ts-mls';
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js';

// Groups of MLS (RFC 9420), by ts-mls: what goes in and comes out are the bytes that a server carries. No function changes what it is given.

/** What the stock clients of Conclave speak, and nothing else. */
const suiteName = 'MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448';
const suite = await getCiphersuiteImpl(getCiphersuiteFromName(suiteName));

/** The extension that marks a key package which may be used again. */
const lastResort = { extensionType: 10, extensionData: new Uint8Array() };
const capabilities: Capabilities = {
  versions: ['mls10'],
  ciphersuites: [suiteName],
  extensions: [lastResort.extensionType],
  proposals: [],
  credentials: ['basic'],
};
const lifetimeSeconds = 90 * 24 * 60 * 60;

const isSamePerson = (a: LeafNode, b: LeafNode) => identityOf(a) === identityOf(b);
const config = {
  keyRetentionConfig: { ...defaultKeyRetentionConfig, retainKeysForEpochs: 16 },
  lifetimeConfig: defaultLifetimeConfig,
  paddingConfig: defaultPaddingConfig,
  // Takes the server's word for whose key is whose. People who do not trust it compare fingerprints.
  authService: defaultAuthenticationService,
  // Nobody is in a group twice, whatever keys they have by now.
  keyPackageEqualityConfig: {
    compareKeyPackages: (a: KeyPackage, b: KeyPackage) => isSamePerson(a.leafNode, b.leafNode),
    compareKeyPackageToLeafNode: (a: KeyPackage, b: LeafNode) => isSamePerson(a.leafNode, b),
  },
};

/** What somebody knows of a group at one moment. */
export type State = ClientState;

/** The key that somebody signs with. */
export type SigningKey = Awaited<ReturnType<typeof newSigningKey>>;

/** A key package, with what only its owner has. */
export interface Keys {
  readonly bytes: Uint8Array;
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

/** A commit, with what holds once others have it. */
export interface Committed {
  readonly state: State;
  readonly commitMessage: Uint8Array;
  readonly groupInfo: Uint8Array;
  /** For those who were added. */
  readonly welcomeMessage: Uint8Array;
}

export async function newSigningKey() {
  const { publicKey, signKey } = await suite.signature.keygen();
  const digest = await crypto.subtle.digest('SHA-256', publicKey as Uint8Array<ArrayBuffer>);
  return { publicKey, signKey, fingerprint: hex(new Uint8Array(digest)) };
}

/** A new key package of a user, by the id that the server knows them by. */
export async function newKeys(userId: string, key: SigningKey, isLastResort = false): Promise<Keys> {
  const now = BigInt(Math.floor(Date.now() / 1000));
  const { publicPackage, privatePackage } = await generateKeyPackageWithKey(
    { credentialType: 'basic', identity: bytesOf(userId) },
    capabilities,
    { notBefore: now - 3600n, notAfter: now + BigInt(lifetimeSeconds) },
    isLastResort ? [lastResort] : [],
    key,
    suite,
  );
  const bytes = encoded({ wireformat: 'mls_key_package', keyPackage: publicPackage });
  return { bytes, publicPackage, privatePackage };
}

/** A group of one, by a first commit that others can come after. */
export async function begin(keys: Keys): Promise<Committed> {
  const id = crypto.getRandomValues(new Uint8Array(16));
  return commit(await createGroup(id, keys.publicPackage, keys.privatePackage, [], suite, config));
}

/** What the others have to hear of a change; without one it only makes the keys new. */
export async function commit(before: State, ...extraProposals: Proposal[]): Promise<Committed> {
  const { newState, commit, welcome } = await createCommit(
    { state: before, cipherSuite: suite },
    { wireAsPublicMessage: true, ratchetTreeExtension: true, extraProposals },
  );
  return {
    state: newState,
    commitMessage: encodeMlsMessage(commit),
    groupInfo: await groupInfoOf(newState),
    welcomeMessage:
      welcome === undefined ? new Uint8Array() : encoded({ wireformat: 'mls_welcome', welcome }),
  };
}

/** The proposal to take somebody in. */
export function adding(keyPackage: Uint8Array): Proposal {
  return { proposalType: 'add', add: { keyPackage: decoded(keyPackage, 'mls_key_package').keyPackage } };
}

/** The proposals to put somebody out, wherever they are in the tree; of oneself only where one is with keys of before. */
export function removing(state: State, userId: string): Proposal[] {
  return state.ratchetTree.flatMap((node, at): Proposal[] => {
    if (node?.nodeType !== 'leaf' || identityOf(node.leaf) !== hex(bytesOf(userId))) return [];
    // Leaves are every other node of the tree.
    const removed = at / 2;
    return removed === state.privatePath.leafIndex ? [] : [{ proposalType: 'remove', remove: { removed } }];
  });
}

/** Comes in by a welcome to one of these key packages. */
export async function join(welcome: Uint8Array, mine: readonly Keys[]): Promise<State> {
  const message = decoded(welcome, 'mls_welcome').welcome;
  for (const { publicPackage, privatePackage } of mine) {
    try {
      return await joinGroup(
        message,
        publicPackage,
        privatePackage,
        emptyPskIndex,
        suite,
        undefined,
        undefined,
        config,
      );
    } catch {
      // It is a welcome to another one.
    }
  }
  throw new RangeError('the welcome is to no key package of ours');
}

/** Comes in by oneself: in the place of the member that one was, if one was. */
export async function joinByInfo(
  groupInfo: Uint8Array,
  keys: Keys,
): Promise<Omit<Committed, 'welcomeMessage'>> {
  const info = decoded(groupInfo, 'mls_group_info').groupInfo;
  const { publicPackage, privatePackage } = keys;
  const leaves = (ratchetTreeFromExtension(info) ?? []).filter((node) => node?.nodeType === 'leaf');
  // Whoever is alone comes in beside their old place, since a group cannot be empty; the next commit of theirs puts that out.
  const again = leaves.length > 1 && leaves.some(({ leaf }) => isSamePerson(leaf, publicPackage.leafNode));
  const { newState, publicMessage } = await joinGroupExternal(
    info,
    publicPackage,
    privatePackage,
    again,
    suite,
    undefined,
    config,
  );
  return {
    state: newState,
    commitMessage: encoded({ wireformat: 'mls_public_message', publicMessage }),
    groupInfo: await groupInfoOf(newState),
  };
}

export async function encrypt(before: State, text: string): Promise<{ state: State; bytes: Uint8Array }> {
  const content = new TextEncoder().encode(text);
  const { newState, privateMessage } = await createApplicationMessage(before, content, suite);
  return { state: newState, bytes: encoded({ wireformat: 'mls_private_message', privateMessage }) };
}

/** Takes in what somebody else sent: a text, or a commit. `since`: the epoch that one came in with, before which no text can be read. */
export async function take(
  before: State,
  bytes: Uint8Array,
  since: bigint,
): Promise<{ state: State; text?: string }> {
  const [message] = decodeMlsMessage(bytes, 0) ?? [];
  if (message?.wireformat === 'mls_public_message') {
    // Of two commits at once the first one counts, and the other one comes too late.
    if (message.publicMessage.content.epoch < epochOf(before)) return { state: before };
    const { newState } = await processPublicMessage(before, message.publicMessage, emptyPskIndex, suite);
    return { state: newState };
  }
  if (message?.wireformat !== 'mls_private_message') throw new TypeError('it is no message to a group');
  if (message.privateMessage.epoch < since) return { state: before };
  const read = await processPrivateMessage(before, message.privateMessage, emptyPskIndex, suite);
  if (read.kind === 'newState') return { state: read.newState };
  return { state: read.newState, text: new TextDecoder().decode(read.message) };
}

/** Ids of those who can read what is said now. */
export function membersOf(state: State): string[] {
  return state.ratchetTree.flatMap((node) =>
    node?.nodeType === 'leaf'
      ? [identityOf(node.leaf).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')]
      : [],
  );
}

export function groupIdOf(state: State): string {
  return hex(state.groupContext.groupId);
}

export function epochOf(state: State): bigint {
  return state.groupContext.epoch;
}

async function groupInfoOf(state: State): Promise<Uint8Array> {
  const groupInfo = await createGroupInfoWithExternalPubAndRatchetTree(state, [], suite);
  return encoded({ wireformat: 'mls_group_info', groupInfo });
}

/** Whose leaf it is: the 16 bytes of a user's id. */
function identityOf({ credential }: LeafNode): string {
  return credential.credentialType === 'basic' ? hex(credential.identity) : '';
}

type Content = MLSMessage extends infer One ? (One extends MLSMessage ? Omit<One, 'version'> : never) : never;

function encoded(content: Content): Uint8Array {
  return encodeMlsMessage({ version: 'mls10', ...content } as MLSMessage);
}

function decoded<Format extends MLSMessage['wireformat']>(bytes: Uint8Array, format: Format) {
  const [message] = decodeMlsMessage(bytes, 0) ?? [];
  if (message?.wireformat !== format) throw new TypeError(`it is no ${format}`);
  return message as Extract<MLSMessage, { wireformat: Format }>;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOf(userId: string): Uint8Array {
  return Uint8Array.from(userId.replaceAll('-', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
