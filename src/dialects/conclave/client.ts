import { Calls, type ConclaveClientOptions } from './client-calls.js';
import { ConclaveStream, type ConclaveStreamOptions } from './client-events.js';
import { uuidOfText, type WithIds } from './client-ids.js';
import * as wire from './gen/messages.js';
import type { Sparse } from './schema.js';

export type { ConclaveClientOptions, ConclaveFetch } from './client-calls.js';
export { ConclaveError } from './client-errors.js';
export {
  type ConclaveDisconnect,
  ConclaveStream,
  type ConclaveStreamEvents,
  type ConclaveStreamOptions,
} from './client-events.js';
export type { WithIds } from './client-ids.js';
export type * from './gen/messages.js';
export { ErrorCode, GroupRole, GroupUpdateType, GroupVisibility } from './gen/messages.js';
export type { Sparse } from './schema.js';

/** What is given to an operation: a message of the codec with UUIDs as text, of which defaults may be left out. */
export type Given<Message> = Sparse<WithIds<Message>>;

/**
 * Somebody's end of a Conclave server: every operation of section 6 as a method, and the event stream. What goes over it are the opaque bytes of an MLS library; this
 * client knows nothing of what is in them.
 *
 * Objects are the messages of the codec, their UUIDs as text. Methods reject with a {@link ConclaveError} when they are refused or get no answer, and with a `TypeError`
 * for an id that is no UUID. A token that is not good any more is refused with the code `AUTH_TOKEN_EXPIRED`; so is a wrong password.
 */
export class ConclaveClient {
  readonly #calls: Calls;

  /** @internal */
  constructor(url: string | URL, options: ConclaveClientOptions) {
    this.#calls = new Calls(url, options);
  }

  /** The session, for a later {@link conclaveClient}. Keep it as secret as a password. */
  get token(): string | undefined {
    return this.#calls.token;
  }

  /** Opens the event stream, with the token of this moment and of each time that it comes back. */
  events(options: ConclaveStreamOptions = {}): ConclaveStream {
    return new ConclaveStream(this.#calls, options);
  }

  /** Makes an account. Logs nobody in. */
  async register(account: Given<wire.RegisterRequest>) {
    return this.#calls.send('/register', wire.RegisterRequest, account, wire.RegisterResponse);
  }

  /** Begins a session, which what follows is asked in. */
  async login(account: Given<wire.LoginRequest>) {
    const session = await this.#calls.send('/login', wire.LoginRequest, account, wire.LoginResponse);
    this.#calls.token = session.token;
    return session;
  }

  /** Ends this session; others go on. */
  async logout(): Promise<void> {
    await this.#calls.do('/logout');
    this.#calls.token = undefined;
  }

  /** The own profile. */
  async me() {
    return this.#calls.get('/me', wire.UserInfoResponse);
  }

  /** An empty alias takes it away. */
  async updateProfile(profile: Given<wire.UpdateProfileRequest>): Promise<void> {
    await this.#calls.do('/me', wire.UpdateProfileRequest, profile, 'PATCH');
  }

  /** Ends all sessions, this one too. */
  async changePassword(passwords: Given<wire.ChangePasswordRequest>): Promise<void> {
    await this.#calls.do('/change-password', wire.ChangePasswordRequest, passwords);
    this.#calls.token = undefined;
  }

  /** Removes all own key packages, before new keys. */
  async resetAccount(): Promise<void> {
    await this.#calls.do('/reset-account');
  }

  /** Leaves for good, with all that was said. */
  async deleteAccount(confirmation: Given<wire.DeleteAccountRequest>): Promise<void> {
    await this.#calls.do('/delete-account', wire.DeleteAccountRequest, confirmation);
    this.#calls.token = undefined;
  }

  /** Whoever has exactly this name. */
  async user(username: string) {
    return this.#calls.get(`/users/${encodeURIComponent(username)}`, wire.UserInfoResponse);
  }

  /** Whoever has this id. */
  async userById(userId: string) {
    return this.#calls.get(`/users/by-id/${uuidOfText(userId)}`, wire.UserInfoResponse);
  }

  /** Adds key packages; of regular ones a server keeps ten, of last resorts the newest. */
  async uploadKeyPackages(packages: Given<wire.UploadKeyPackageRequest>): Promise<void> {
    await this.#calls.do('/key-packages', wire.UploadKeyPackageRequest, packages);
  }

  /** Takes a key package of somebody: the oldest one, which nobody else gets then, or else the last resort. */
  async keyPackage(userId: string) {
    return this.#calls.get(`/key-packages/${uuidOfText(userId)}`, wire.GetKeyPackageResponse);
  }

  /** Groups that anybody may join; with `pattern` those with it in their names, where `%` and `_` stand for anything. */
  async publicGroups(pattern = '') {
    return this.#calls.get(
      `/groups/public?pattern=${encodeURIComponent(pattern)}`,
      wire.ListPublicGroupsResponse,
    );
  }

  /** Makes a group, with the own user as its admin. */
  async createGroup(settings: Given<wire.CreateGroupRequest>) {
    return this.#calls.send('/groups', wire.CreateGroupRequest, settings, wire.CreateGroupResponse);
  }

  /** The own groups with their members. */
  async groups() {
    return this.#calls.get('/groups', wire.ListGroupsResponse);
  }

  /** For admins. `messageExpirySeconds` holds with `updateMessageExpiry` only. */
  async updateGroup(groupId: string, settings: Given<wire.UpdateGroupRequest>): Promise<void> {
    await this.#calls.do(group(groupId), wire.UpdateGroupRequest, settings, 'PATCH');
  }

  /** The newest group info, to come in with by an external commit. */
  async groupInfo(groupId: string) {
    return this.#calls.get(`${group(groupId)}/group-info`, wire.GetGroupInfoResponse);
  }

  /** Joins a public group. The answer is what the external commit is made with; {@link externalJoin} follows. */
  async join(groupId: string) {
    return this.#calls.post(`${group(groupId)}/join`, wire.GetGroupInfoResponse);
  }

  /** For admins. */
  async deleteGroup(groupId: string): Promise<void> {
    await this.#calls.do(`${group(groupId)}/delete`);
  }

  /** How long messages are kept. */
  async retention(groupId: string) {
    return this.#calls.get(`${group(groupId)}/retention`, wire.GetRetentionPolicyResponse);
  }

  /** For admins: takes a key package of each user, to make commit and welcome with; {@link escrowInvite} follows. */
  async invite(groupId: string, invited: Given<wire.InviteToGroupRequest>) {
    return this.#calls.send(
      `${group(groupId)}/invite`,
      wire.InviteToGroupRequest,
      invited,
      wire.InviteToGroupResponse,
    );
  }

  /** For admins. */
  async removeMember(groupId: string, member: Given<wire.RemoveMemberRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/remove`, wire.RemoveMemberRequest, member);
  }

  /** Goes out of a group. */
  async leave(groupId: string, farewell: Given<wire.LeaveGroupRequest> = {}): Promise<void> {
    await this.#calls.do(`${group(groupId)}/leave`, wire.LeaveGroupRequest, farewell);
  }

  /** For admins. */
  async promote(groupId: string, member: Given<wire.PromoteMemberRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/promote`, wire.PromoteMemberRequest, member);
  }

  /** For admins. */
  async demote(groupId: string, member: Given<wire.DemoteMemberRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/demote`, wire.DemoteMemberRequest, member);
  }

  /** The admins of a group. */
  async admins(groupId: string) {
    return this.#calls.get(`${group(groupId)}/admins`, wire.ListAdminsResponse);
  }

  /** For admins. */
  async ban(groupId: string, user: Given<wire.BanMemberRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/ban`, wire.BanMemberRequest, user);
  }

  /** For admins. */
  async unban(groupId: string, user: Given<wire.UnbanMemberRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/unban`, wire.UnbanMemberRequest, user);
  }

  /** For admins. */
  async banned(groupId: string) {
    return this.#calls.get(`${group(groupId)}/banned`, wire.ListBannedUsersResponse);
  }

  /** Tells the others of the external commit with which somebody came in, or came back after a reset. */
  async externalJoin(groupId: string, commit: Given<wire.ExternalJoinRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/external-join`, wire.ExternalJoinRequest, commit);
  }

  /** For admins: leaves commit, welcome and group info with the server until the invitee has decided. */
  async escrowInvite(groupId: string, invite: Given<wire.EscrowInviteRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/escrow-invite`, wire.EscrowInviteRequest, invite);
  }

  /** For admins: invites that wait. */
  async groupInvites(groupId: string) {
    return this.#calls.get(`${group(groupId)}/invites`, wire.ListGroupPendingInvitesResponse);
  }

  /** For admins. */
  async cancelInvite(groupId: string, invite: Given<wire.CancelInviteRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/cancel-invite`, wire.CancelInviteRequest, invite);
  }

  /** Invites to the own user. */
  async invites() {
    return this.#calls.get('/invites', wire.ListPendingInvitesResponse);
  }

  /** Becomes a member; the welcome is among {@link welcomes} then. */
  async acceptInvite(inviteId: string): Promise<void> {
    await this.#calls.do(`/invites/${uuidOfText(inviteId)}/accept`);
  }

  /** Says no to an invite, which its sender is told. */
  async declineInvite(inviteId: string): Promise<void> {
    await this.#calls.do(`/invites/${uuidOfText(inviteId)}/decline`);
  }

  /** Welcomes that were not accepted yet. */
  async welcomes() {
    return this.#calls.get('/welcomes', wire.ListPendingWelcomesResponse);
  }

  /** Removes a welcome: it is understood and kept here. */
  async acceptWelcome(welcomeId: string): Promise<void> {
    await this.#calls.do(`/welcomes/${uuidOfText(welcomeId)}/accept`);
  }

  /** Stores a commit, the group info that holds with it, and, once, the id of the MLS group; all of them may be left out. */
  async commit(groupId: string, commit: Given<wire.UploadCommitRequest>): Promise<void> {
    await this.#calls.do(`${group(groupId)}/commit`, wire.UploadCommitRequest, commit);
  }

  /** Sends a message; its number. */
  async send(groupId: string, message: Given<wire.SendMessageRequest>) {
    return this.#calls.send(
      `${group(groupId)}/messages`,
      wire.SendMessageRequest,
      message,
      wire.SendMessageResponse,
    );
  }

  /**
   * Messages and commits in the order of their numbers.
   *
   * @param page - `after`: only greater numbers; default 0. `limit`: default 100, at most 500.
   */
  async messages(groupId: string, { after = 0, limit = 100 }: StoredMessagePage = {}) {
    const path = `${group(groupId)}/messages?after=${after}&limit=${limit}`;
    return this.#calls.get(path, wire.GetMessagesResponse);
  }
}

/** Which messages of a group are asked for. */
export interface StoredMessagePage {
  readonly after?: number;
  readonly limit?: number;
}

/**
 * A client of the Conclave server at an address, in Node and in browsers. Nothing is asked yet.
 *
 * @param url - as people type it, with the path that it is mounted at: `https://` where no scheme is given.
 * @example
 * const client = conclaveClient('https://chat.example');
 * await client.login({ username: 'alice', password });
 * const { groups } = await client.groups();
 */
export function conclaveClient(url: string | URL, options: ConclaveClientOptions = {}): ConclaveClient {
  return new ConclaveClient(url, options);
}

function group(groupId: string): string {
  return `/groups/${uuidOfText(groupId)}`;
}
