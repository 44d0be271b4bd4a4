// Written by `node scripts/proto.mjs` from ../proto/conclave.proto. Do not edit.
import type { MessageSchema } from '../schema.js';

/** The package that all messages belong to. */
export const PACKAGE = 'conclave.v1';

/** Why a request was refused, with the status that goes with it. */
export const ErrorCode = {
  /** 500. */
  UNSPECIFIED: 0,
  /** 400. */
  INPUT_BAD_REQUEST: 100,
  /** 400. */
  INPUT_VALIDATION: 101,
  /** 401. */
  AUTH_HEADER_MISSING: 200,
  /** 401. */
  AUTH_HEADER_INVALID: 201,
  /** 401; a wrong password too. */
  AUTH_TOKEN_EXPIRED: 202,
  /** 404. */
  RESOURCE_NOT_FOUND: 300,
  /** 409. */
  RESOURCE_CONFLICT: 301,
  /** 403. */
  RESOURCE_FORBIDDEN: 302,
  /** 401. */
  GROUP_NOT_MEMBER: 400,
  /** 401. */
  GROUP_NOT_ADMIN: 401,
  /** 403. */
  GROUP_NOT_PUBLIC: 402,
  /** 403. */
  GROUP_BANNED: 403,
} as const;
/** A number of {@link ErrorCode:var}, or one that has no name yet. */
export type ErrorCode = number;

/** Who may find a group and come in without an invite. */
export const GroupVisibility = {
  UNSPECIFIED: 0,
  PRIVATE: 1,
  PUBLIC: 2,
} as const;
/** A number of {@link GroupVisibility:var}, or one that has no name yet. */
export type GroupVisibility = number;

/** What a member may do. */
export const GroupRole = {
  UNSPECIFIED: 0,
  MEMBER: 1,
  ADMIN: 2,
} as const;
/** A number of {@link GroupRole:var}, or one that has no name yet. */
export type GroupRole = number;

/** What about a group changed. */
export const GroupUpdateType = {
  UNSPECIFIED: 0,
  COMMIT: 1,
  GROUP_SETTINGS: 2,
  ROLE_CHANGE: 3,
} as const;
/** A number of {@link GroupUpdateType:var}, or one that has no name yet. */
export type GroupUpdateType = number;

/** The body of every refusal. */
export interface ErrorResponse {
  /** For people. */
  readonly message: string;
  readonly errorCode: ErrorCode;
}
/** The fields of {@link ErrorResponse:interface}. */
export const ErrorResponse: MessageSchema<ErrorResponse> = {
  name: 'ErrorResponse',
  fields: [
    { no: 1, name: 'message', kind: 'string' },
    { no: 2, name: 'errorCode', kind: 'enum' },
  ],
};

/** Body of `POST /register`. */
export interface RegisterRequest {
  readonly username: string;
  readonly password: string;
  /** Empty: none. */
  readonly alias: string;
  /** Read only where registration is closed. */
  readonly registrationToken: string;
}
/** The fields of {@link RegisterRequest:interface}. */
export const RegisterRequest: MessageSchema<RegisterRequest> = {
  name: 'RegisterRequest',
  fields: [
    { no: 1, name: 'username', kind: 'string' },
    { no: 2, name: 'password', kind: 'string' },
    { no: 3, name: 'alias', kind: 'string' },
    { no: 4, name: 'registrationToken', kind: 'string' },
  ],
};

/** Answer to `POST /register`. */
export interface RegisterResponse {
  readonly userId: Uint8Array;
}
/** The fields of {@link RegisterResponse:interface}. */
export const RegisterResponse: MessageSchema<RegisterResponse> = {
  name: 'RegisterResponse',
  fields: [{ no: 1, name: 'userId', kind: 'bytes' }],
};

/** Body of `POST /login`. */
export interface LoginRequest {
  readonly username: string;
  readonly password: string;
}
/** The fields of {@link LoginRequest:interface}. */
export const LoginRequest: MessageSchema<LoginRequest> = {
  name: 'LoginRequest',
  fields: [
    { no: 1, name: 'username', kind: 'string' },
    { no: 2, name: 'password', kind: 'string' },
  ],
};

/** Answer to `POST /login`. */
export interface LoginResponse {
  /** 64 hexadecimal digits. */
  readonly token: string;
  readonly userId: Uint8Array;
  /** As it is stored. */
  readonly username: string;
}
/** The fields of {@link LoginResponse:interface}. */
export const LoginResponse: MessageSchema<LoginResponse> = {
  name: 'LoginResponse',
  fields: [
    { no: 1, name: 'token', kind: 'string' },
    { no: 2, name: 'userId', kind: 'bytes' },
    { no: 3, name: 'username', kind: 'string' },
  ],
};

/** Body of `PATCH /me`. */
export interface UpdateProfileRequest {
  /** Empty: taken away. */
  readonly alias: string;
}
/** The fields of {@link UpdateProfileRequest:interface}. */
export const UpdateProfileRequest: MessageSchema<UpdateProfileRequest> = {
  name: 'UpdateProfileRequest',
  fields: [{ no: 1, name: 'alias', kind: 'string' }],
};

/** Answer to `PATCH /me`. */
export type UpdateProfileResponse = Record<string, never>;
/** The fields of {@link UpdateProfileResponse:type}. */
export const UpdateProfileResponse: MessageSchema<UpdateProfileResponse> = {
  name: 'UpdateProfileResponse',
  fields: [],
};

/** Body of `POST /change-password`. */
export interface ChangePasswordRequest {
  readonly currentPassword: string;
  readonly newPassword: string;
}
/** The fields of {@link ChangePasswordRequest:interface}. */
export const ChangePasswordRequest: MessageSchema<ChangePasswordRequest> = {
  name: 'ChangePasswordRequest',
  fields: [
    { no: 1, name: 'currentPassword', kind: 'string' },
    { no: 2, name: 'newPassword', kind: 'string' },
  ],
};

/** Answer to `POST /change-password`. */
export type ChangePasswordResponse = Record<string, never>;
/** The fields of {@link ChangePasswordResponse:type}. */
export const ChangePasswordResponse: MessageSchema<ChangePasswordResponse> = {
  name: 'ChangePasswordResponse',
  fields: [],
};

/** Answer to `POST /reset-account`. */
export type ResetAccountResponse = Record<string, never>;
/** The fields of {@link ResetAccountResponse:type}. */
export const ResetAccountResponse: MessageSchema<ResetAccountResponse> = {
  name: 'ResetAccountResponse',
  fields: [],
};

/** Body of `POST /delete-account`. */
export interface DeleteAccountRequest {
  readonly password: string;
}
/** The fields of {@link DeleteAccountRequest:interface}. */
export const DeleteAccountRequest: MessageSchema<DeleteAccountRequest> = {
  name: 'DeleteAccountRequest',
  fields: [{ no: 1, name: 'password', kind: 'string' }],
};

/** Answer to `POST /delete-account`. */
export type DeleteAccountResponse = Record<string, never>;
/** The fields of {@link DeleteAccountResponse:type}. */
export const DeleteAccountResponse: MessageSchema<DeleteAccountResponse> = {
  name: 'DeleteAccountResponse',
  fields: [],
};

/** Answer to `GET /me`, `GET /users/{username}` and `GET /users/by-id/{user_id}`. */
export interface UserInfoResponse {
  readonly userId: Uint8Array;
  readonly username: string;
  readonly alias: string;
  readonly signingKeyFingerprint: string;
}
/** The fields of {@link UserInfoResponse:interface}. */
export const UserInfoResponse: MessageSchema<UserInfoResponse> = {
  name: 'UserInfoResponse',
  fields: [
    { no: 1, name: 'userId', kind: 'bytes' },
    { no: 2, name: 'username', kind: 'string' },
    { no: 3, name: 'alias', kind: 'string' },
    { no: 4, name: 'signingKeyFingerprint', kind: 'string' },
  ],
};

/** One key package to keep for others. */
export interface KeyPackageEntry {
  readonly data: Uint8Array;
  readonly isLastResort: boolean;
}
/** The fields of {@link KeyPackageEntry:interface}. */
export const KeyPackageEntry: MessageSchema<KeyPackageEntry> = {
  name: 'KeyPackageEntry',
  fields: [
    { no: 1, name: 'data', kind: 'bytes' },
    { no: 2, name: 'isLastResort', kind: 'bool' },
  ],
};

/** Body of `POST /key-packages`. */
export interface UploadKeyPackageRequest {
  /** A single one, the older way. */
  readonly keyPackageData: Uint8Array;
  /** Where there are any, field 1 is not read. */
  readonly entries: readonly KeyPackageEntry[];
  /** Empty: stays as it is. */
  readonly signingKeyFingerprint: string;
}
/** The fields of {@link UploadKeyPackageRequest:interface}. */
export const UploadKeyPackageRequest: MessageSchema<UploadKeyPackageRequest> = {
  name: 'UploadKeyPackageRequest',
  fields: [
    { no: 1, name: 'keyPackageData', kind: 'bytes' },
    { no: 2, name: 'entries', kind: 'message', of: KeyPackageEntry, repeated: true },
    { no: 3, name: 'signingKeyFingerprint', kind: 'string' },
  ],
};

/** Answer to `POST /key-packages`. */
export type UploadKeyPackageResponse = Record<string, never>;
/** The fields of {@link UploadKeyPackageResponse:type}. */
export const UploadKeyPackageResponse: MessageSchema<UploadKeyPackageResponse> = {
  name: 'UploadKeyPackageResponse',
  fields: [],
};

/** Answer to `GET /key-packages/{user_id}`. */
export interface GetKeyPackageResponse {
  readonly keyPackageData: Uint8Array;
}
/** The fields of {@link GetKeyPackageResponse:interface}. */
export const GetKeyPackageResponse: MessageSchema<GetKeyPackageResponse> = {
  name: 'GetKeyPackageResponse',
  fields: [{ no: 1, name: 'keyPackageData', kind: 'bytes' }],
};

/** One member of a group. */
export interface GroupMember {
  readonly userId: Uint8Array;
  readonly username: string;
  readonly alias: string;
  /** Member or admin. */
  readonly role: GroupRole;
  readonly signingKeyFingerprint: string;
}
/** The fields of {@link GroupMember:interface}. */
export const GroupMember: MessageSchema<GroupMember> = {
  name: 'GroupMember',
  fields: [
    { no: 1, name: 'userId', kind: 'bytes' },
    { no: 2, name: 'username', kind: 'string' },
    { no: 3, name: 'alias', kind: 'string' },
    { no: 4, name: 'role', kind: 'enum' },
    { no: 5, name: 'signingKeyFingerprint', kind: 'string' },
  ],
};

/** A group, as its members see it. */
export interface GroupInfo {
  readonly groupId: Uint8Array;
  readonly alias: string;
  readonly members: readonly GroupMember[];
  readonly groupName: string;
  /** Hexadecimal; empty until a commit sets it. */
  readonly mlsGroupId: string;
  /** -1: kept; 0: until all have fetched it. */
  readonly messageExpirySeconds: number;
  readonly visibility: GroupVisibility;
}
/** The fields of {@link GroupInfo:interface}. */
export const GroupInfo: MessageSchema<GroupInfo> = {
  name: 'GroupInfo',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'alias', kind: 'string' },
    { no: 3, name: 'members', kind: 'message', of: GroupMember, repeated: true },
    { no: 4, name: 'groupName', kind: 'string' },
    { no: 5, name: 'mlsGroupId', kind: 'string' },
    { no: 6, name: 'messageExpirySeconds', kind: 'int64' },
    { no: 7, name: 'visibility', kind: 'enum' },
  ],
};

/** A group, as everybody sees it. */
export interface PublicGroupInfo {
  readonly groupId: Uint8Array;
  readonly groupName: string;
  readonly alias: string;
  readonly memberCount: number;
}
/** The fields of {@link PublicGroupInfo:interface}. */
export const PublicGroupInfo: MessageSchema<PublicGroupInfo> = {
  name: 'PublicGroupInfo',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'groupName', kind: 'string' },
    { no: 3, name: 'alias', kind: 'string' },
    { no: 4, name: 'memberCount', kind: 'uint32' },
  ],
};

/** Body of `POST /groups`. */
export interface CreateGroupRequest {
  /** Empty: none. */
  readonly alias: string;
  readonly groupName: string;
}
/** The fields of {@link CreateGroupRequest:interface}. */
export const CreateGroupRequest: MessageSchema<CreateGroupRequest> = {
  name: 'CreateGroupRequest',
  fields: [
    { no: 1, name: 'alias', kind: 'string' },
    { no: 2, name: 'groupName', kind: 'string' },
  ],
};

/** Answer to `POST /groups`. */
export interface CreateGroupResponse {
  readonly groupId: Uint8Array;
}
/** The fields of {@link CreateGroupResponse:interface}. */
export const CreateGroupResponse: MessageSchema<CreateGroupResponse> = {
  name: 'CreateGroupResponse',
  fields: [{ no: 1, name: 'groupId', kind: 'bytes' }],
};

/** Answer to `GET /groups`. */
export interface ListGroupsResponse {
  readonly groups: readonly GroupInfo[];
}
/** The fields of {@link ListGroupsResponse:interface}. */
export const ListGroupsResponse: MessageSchema<ListGroupsResponse> = {
  name: 'ListGroupsResponse',
  fields: [{ no: 1, name: 'groups', kind: 'message', of: GroupInfo, repeated: true }],
};

/** Answer to `GET /groups/public`. */
export interface ListPublicGroupsResponse {
  readonly groups: readonly PublicGroupInfo[];
}
/** The fields of {@link ListPublicGroupsResponse:interface}. */
export const ListPublicGroupsResponse: MessageSchema<ListPublicGroupsResponse> = {
  name: 'ListPublicGroupsResponse',
  fields: [{ no: 1, name: 'groups', kind: 'message', of: PublicGroupInfo, repeated: true }],
};

/** Body of `PATCH /groups/{group_id}`. */
export interface UpdateGroupRequest {
  /** Empty: no change. */
  readonly alias: string;
  /** Empty: no change. */
  readonly groupName: string;
  /** Read only where field 4 is true. */
  readonly messageExpirySeconds: number;
  readonly updateMessageExpiry: boolean;
  /** 0: no change. */
  readonly visibility: GroupVisibility;
}
/** The fields of {@link UpdateGroupRequest:interface}. */
export const UpdateGroupRequest: MessageSchema<UpdateGroupRequest> = {
  name: 'UpdateGroupRequest',
  fields: [
    { no: 1, name: 'alias', kind: 'string' },
    { no: 2, name: 'groupName', kind: 'string' },
    { no: 3, name: 'messageExpirySeconds', kind: 'int64' },
    { no: 4, name: 'updateMessageExpiry', kind: 'bool' },
    { no: 5, name: 'visibility', kind: 'enum' },
  ],
};

/** Answer to `PATCH /groups/{group_id}`. */
export type UpdateGroupResponse = Record<string, never>;
/** The fields of {@link UpdateGroupResponse:type}. */
export const UpdateGroupResponse: MessageSchema<UpdateGroupResponse> = {
  name: 'UpdateGroupResponse',
  fields: [],
};

/** Answer to `POST /groups/{group_id}/delete`. */
export type DeleteGroupResponse = Record<string, never>;
/** The fields of {@link DeleteGroupResponse:type}. */
export const DeleteGroupResponse: MessageSchema<DeleteGroupResponse> = {
  name: 'DeleteGroupResponse',
  fields: [],
};

/** Answer to `GET /groups/{group_id}/group-info` and `POST /groups/{group_id}/join`. */
export interface GetGroupInfoResponse {
  readonly groupInfo: Uint8Array;
}
/** The fields of {@link GetGroupInfoResponse:interface}. */
export const GetGroupInfoResponse: MessageSchema<GetGroupInfoResponse> = {
  name: 'GetGroupInfoResponse',
  fields: [{ no: 1, name: 'groupInfo', kind: 'bytes' }],
};

/** Answer to `GET /groups/{group_id}/retention`. */
export interface GetRetentionPolicyResponse {
  readonly serverRetentionSeconds: number;
  readonly groupExpirySeconds: number;
}
/** The fields of {@link GetRetentionPolicyResponse:interface}. */
export const GetRetentionPolicyResponse: MessageSchema<GetRetentionPolicyResponse> = {
  name: 'GetRetentionPolicyResponse',
  fields: [
    { no: 1, name: 'serverRetentionSeconds', kind: 'int64' },
    { no: 2, name: 'groupExpirySeconds', kind: 'int64' },
  ],
};

/** What a member to be is added with. */
export interface MemberKeyPackage {
  readonly userId: Uint8Array;
  readonly keyPackageData: Uint8Array;
}
/** The fields of {@link MemberKeyPackage:interface}. */
export const MemberKeyPackage: MessageSchema<MemberKeyPackage> = {
  name: 'MemberKeyPackage',
  fields: [
    { no: 1, name: 'userId', kind: 'bytes' },
    { no: 2, name: 'keyPackageData', kind: 'bytes' },
  ],
};

/** Body of `POST /groups/{group_id}/invite`. */
export interface InviteToGroupRequest {
  readonly userIds: readonly Uint8Array[];
}
/** The fields of {@link InviteToGroupRequest:interface}. */
export const InviteToGroupRequest: MessageSchema<InviteToGroupRequest> = {
  name: 'InviteToGroupRequest',
  fields: [{ no: 1, name: 'userIds', kind: 'bytes', repeated: true }],
};

/** Answer to `POST /groups/{group_id}/invite`. */
export interface InviteToGroupResponse {
  /** In the order of the request. */
  readonly memberKeyPackages: readonly MemberKeyPackage[];
}
/** The fields of {@link InviteToGroupResponse:interface}. */
export const InviteToGroupResponse: MessageSchema<InviteToGroupResponse> = {
  name: 'InviteToGroupResponse',
  fields: [{ no: 1, name: 'memberKeyPackages', kind: 'message', of: MemberKeyPackage, repeated: true }],
};

/** Body of `POST /groups/{group_id}/remove`. */
export interface RemoveMemberRequest {
  readonly userId: Uint8Array;
  readonly commitMessage: Uint8Array;
  readonly groupInfo: Uint8Array;
}
/** The fields of {@link RemoveMemberRequest:interface}. */
export const RemoveMemberRequest: MessageSchema<RemoveMemberRequest> = {
  name: 'RemoveMemberRequest',
  fields: [
    { no: 1, name: 'userId', kind: 'bytes' },
    { no: 2, name: 'commitMessage', kind: 'bytes' },
    { no: 3, name: 'groupInfo', kind: 'bytes' },
  ],
};

/** Answer to `POST /groups/{group_id}/remove`. */
export type RemoveMemberResponse = Record<string, never>;
/** The fields of {@link RemoveMemberResponse:type}. */
export const RemoveMemberResponse: MessageSchema<RemoveMemberResponse> = {
  name: 'RemoveMemberResponse',
  fields: [],
};

/** Body of `POST /groups/{group_id}/leave`. */
export interface LeaveGroupRequest {
  readonly commitMessage: Uint8Array;
  readonly groupInfo: Uint8Array;
}
/** The fields of {@link LeaveGroupRequest:interface}. */
export const LeaveGroupRequest: MessageSchema<LeaveGroupRequest> = {
  name: 'LeaveGroupRequest',
  fields: [
    { no: 1, name: 'commitMessage', kind: 'bytes' },
    { no: 2, name: 'groupInfo', kind: 'bytes' },
  ],
};

/** Answer to `POST /groups/{group_id}/leave`. */
export type LeaveGroupResponse = Record<string, never>;
/** The fields of {@link LeaveGroupResponse:type}. */
export const LeaveGroupResponse: MessageSchema<LeaveGroupResponse> = {
  name: 'LeaveGroupResponse',
  fields: [],
};

/** Body of `POST /groups/{group_id}/promote`. */
export interface PromoteMemberRequest {
  readonly userId: Uint8Array;
}
/** The fields of {@link PromoteMemberRequest:interface}. */
export const PromoteMemberRequest: MessageSchema<PromoteMemberRequest> = {
  name: 'PromoteMemberRequest',
  fields: [{ no: 1, name: 'userId', kind: 'bytes' }],
};

/** Answer to `POST /groups/{group_id}/promote`. */
export type PromoteMemberResponse = Record<string, never>;
/** The fields of {@link PromoteMemberResponse:type}. */
export const PromoteMemberResponse: MessageSchema<PromoteMemberResponse> = {
  name: 'PromoteMemberResponse',
  fields: [],
};

/** Body of `POST /groups/{group_id}/demote`. */
export interface DemoteMemberRequest {
  readonly userId: Uint8Array;
}
/** The fields of {@link DemoteMemberRequest:interface}. */
export const DemoteMemberRequest: MessageSchema<DemoteMemberRequest> = {
  name: 'DemoteMemberRequest',
  fields: [{ no: 1, name: 'userId', kind: 'bytes' }],
};

/** Answer to `POST /groups/{group_id}/demote`. */
export type DemoteMemberResponse = Record<string, never>;
/** The fields of {@link DemoteMemberResponse:type}. */
export const DemoteMemberResponse: MessageSchema<DemoteMemberResponse> = {
  name: 'DemoteMemberResponse',
  fields: [],
};

/** Answer to `GET /groups/{group_id}/admins`. */
export interface ListAdminsResponse {
  readonly admins: readonly GroupMember[];
}
/** The fields of {@link ListAdminsResponse:interface}. */
export const ListAdminsResponse: MessageSchema<ListAdminsResponse> = {
  name: 'ListAdminsResponse',
  fields: [{ no: 1, name: 'admins', kind: 'message', of: GroupMember, repeated: true }],
};

/** Body of `POST /groups/{group_id}/ban`. */
export interface BanMemberRequest {
  readonly userId: Uint8Array;
  readonly commitMessage: Uint8Array;
  readonly groupInfo: Uint8Array;
}
/** The fields of {@link BanMemberRequest:interface}. */
export const BanMemberRequest: MessageSchema<BanMemberRequest> = {
  name: 'BanMemberRequest',
  fields: [
    { no: 1, name: 'userId', kind: 'bytes' },
    { no: 2, name: 'commitMessage', kind: 'bytes' },
    { no: 3, name: 'groupInfo', kind: 'bytes' },
  ],
};

/** Answer to `POST /groups/{group_id}/ban`. */
export type BanMemberResponse = Record<string, never>;
/** The fields of {@link BanMemberResponse:type}. */
export const BanMemberResponse: MessageSchema<BanMemberResponse> = {
  name: 'BanMemberResponse',
  fields: [],
};

/** Body of `POST /groups/{group_id}/unban`. */
export interface UnbanMemberRequest {
  readonly userId: Uint8Array;
}
/** The fields of {@link UnbanMemberRequest:interface}. */
export const UnbanMemberRequest: MessageSchema<UnbanMemberRequest> = {
  name: 'UnbanMemberRequest',
  fields: [{ no: 1, name: 'userId', kind: 'bytes' }],
};

/** Answer to `POST /groups/{group_id}/unban`. */
export type UnbanMemberResponse = Record<string, never>;
/** The fields of {@link UnbanMemberResponse:type}. */
export const UnbanMemberResponse: MessageSchema<UnbanMemberResponse> = {
  name: 'UnbanMemberResponse',
  fields: [],
};

/** Somebody who may not come in. */
export interface BannedUser {
  readonly userId: Uint8Array;
  readonly username: string;
  readonly alias: string;
  readonly bannedAt: number;
  readonly bannedBy: Uint8Array;
}
/** The fields of {@link BannedUser:interface}. */
export const BannedUser: MessageSchema<BannedUser> = {
  name: 'BannedUser',
  fields: [
    { no: 1, name: 'userId', kind: 'bytes' },
    { no: 2, name: 'username', kind: 'string' },
    { no: 3, name: 'alias', kind: 'string' },
    { no: 4, name: 'bannedAt', kind: 'uint64' },
    { no: 5, name: 'bannedBy', kind: 'bytes' },
  ],
};

/** Answer to `GET /groups/{group_id}/banned`. */
export interface ListBannedUsersResponse {
  readonly users: readonly BannedUser[];
}
/** The fields of {@link ListBannedUsersResponse:interface}. */
export const ListBannedUsersResponse: MessageSchema<ListBannedUsersResponse> = {
  name: 'ListBannedUsersResponse',
  fields: [{ no: 1, name: 'users', kind: 'message', of: BannedUser, repeated: true }],
};

/** Body of `POST /groups/{group_id}/external-join`. */
export interface ExternalJoinRequest {
  readonly commitMessage: Uint8Array;
  /** Set once. */
  readonly mlsGroupId: string;
}
/** The fields of {@link ExternalJoinRequest:interface}. */
export const ExternalJoinRequest: MessageSchema<ExternalJoinRequest> = {
  name: 'ExternalJoinRequest',
  fields: [
    { no: 1, name: 'commitMessage', kind: 'bytes' },
    { no: 2, name: 'mlsGroupId', kind: 'string' },
  ],
};

/** Answer to `POST /groups/{group_id}/external-join`. */
export type ExternalJoinResponse = Record<string, never>;
/** The fields of {@link ExternalJoinResponse:type}. */
export const ExternalJoinResponse: MessageSchema<ExternalJoinResponse> = {
  name: 'ExternalJoinResponse',
  fields: [],
};

/** Body of `POST /groups/{group_id}/escrow-invite`. */
export interface EscrowInviteRequest {
  readonly inviteeId: Uint8Array;
  readonly commitMessage: Uint8Array;
  readonly welcomeMessage: Uint8Array;
  readonly groupInfo: Uint8Array;
}
/** The fields of {@link EscrowInviteRequest:interface}. */
export const EscrowInviteRequest: MessageSchema<EscrowInviteRequest> = {
  name: 'EscrowInviteRequest',
  fields: [
    { no: 1, name: 'inviteeId', kind: 'bytes' },
    { no: 2, name: 'commitMessage', kind: 'bytes' },
    { no: 3, name: 'welcomeMessage', kind: 'bytes' },
    { no: 4, name: 'groupInfo', kind: 'bytes' },
  ],
};

/** Answer to `POST /groups/{group_id}/escrow-invite`. */
export type EscrowInviteResponse = Record<string, never>;
/** The fields of {@link EscrowInviteResponse:type}. */
export const EscrowInviteResponse: MessageSchema<EscrowInviteResponse> = {
  name: 'EscrowInviteResponse',
  fields: [],
};

/** An invite that nobody has answered yet. */
export interface PendingInvite {
  readonly inviteId: Uint8Array;
  readonly groupId: Uint8Array;
  /** As it is now. */
  readonly groupName: string;
  /** As it is now. */
  readonly groupAlias: string;
  readonly inviterUsername: string;
  readonly createdAt: number;
  readonly inviteeId: Uint8Array;
  readonly inviterId: Uint8Array;
}
/** The fields of {@link PendingInvite:interface}. */
export const PendingInvite: MessageSchema<PendingInvite> = {
  name: 'PendingInvite',
  fields: [
    { no: 1, name: 'inviteId', kind: 'bytes' },
    { no: 2, name: 'groupId', kind: 'bytes' },
    { no: 3, name: 'groupName', kind: 'string' },
    { no: 4, name: 'groupAlias', kind: 'string' },
    { no: 5, name: 'inviterUsername', kind: 'string' },
    { no: 6, name: 'createdAt', kind: 'uint64' },
    { no: 7, name: 'inviteeId', kind: 'bytes' },
    { no: 8, name: 'inviterId', kind: 'bytes' },
  ],
};

/** Answer to `GET /invites`: a user's own. */
export interface ListPendingInvitesResponse {
  readonly invites: readonly PendingInvite[];
}
/** The fields of {@link ListPendingInvitesResponse:interface}. */
export const ListPendingInvitesResponse: MessageSchema<ListPendingInvitesResponse> = {
  name: 'ListPendingInvitesResponse',
  fields: [{ no: 1, name: 'invites', kind: 'message', of: PendingInvite, repeated: true }],
};

/** Answer to `GET /groups/{group_id}/invites`: those of one group. */
export interface ListGroupPendingInvitesResponse {
  readonly invites: readonly PendingInvite[];
}
/** The fields of {@link ListGroupPendingInvitesResponse:interface}. */
export const ListGroupPendingInvitesResponse: MessageSchema<ListGroupPendingInvitesResponse> = {
  name: 'ListGroupPendingInvitesResponse',
  fields: [{ no: 1, name: 'invites', kind: 'message', of: PendingInvite, repeated: true }],
};

/** Answer to `POST /invites/{invite_id}/accept`. */
export type AcceptInviteResponse = Record<string, never>;
/** The fields of {@link AcceptInviteResponse:type}. */
export const AcceptInviteResponse: MessageSchema<AcceptInviteResponse> = {
  name: 'AcceptInviteResponse',
  fields: [],
};

/** Answer to `POST /invites/{invite_id}/decline`. */
export type DeclineInviteResponse = Record<string, never>;
/** The fields of {@link DeclineInviteResponse:type}. */
export const DeclineInviteResponse: MessageSchema<DeclineInviteResponse> = {
  name: 'DeclineInviteResponse',
  fields: [],
};

/** Body of `POST /groups/{group_id}/cancel-invite`. */
export interface CancelInviteRequest {
  readonly inviteeId: Uint8Array;
}
/** The fields of {@link CancelInviteRequest:interface}. */
export const CancelInviteRequest: MessageSchema<CancelInviteRequest> = {
  name: 'CancelInviteRequest',
  fields: [{ no: 1, name: 'inviteeId', kind: 'bytes' }],
};

/** Answer to `POST /groups/{group_id}/cancel-invite`. */
export type CancelInviteResponse = Record<string, never>;
/** The fields of {@link CancelInviteResponse:type}. */
export const CancelInviteResponse: MessageSchema<CancelInviteResponse> = {
  name: 'CancelInviteResponse',
  fields: [],
};

/** A welcome that its receiver has not taken yet. */
export interface PendingWelcome {
  readonly groupId: Uint8Array;
  readonly groupAlias: string;
  readonly welcomeMessage: Uint8Array;
  readonly welcomeId: Uint8Array;
}
/** The fields of {@link PendingWelcome:interface}. */
export const PendingWelcome: MessageSchema<PendingWelcome> = {
  name: 'PendingWelcome',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'groupAlias', kind: 'string' },
    { no: 3, name: 'welcomeMessage', kind: 'bytes' },
    { no: 4, name: 'welcomeId', kind: 'bytes' },
  ],
};

/** Answer to `GET /welcomes`. */
export interface ListPendingWelcomesResponse {
  readonly welcomes: readonly PendingWelcome[];
}
/** The fields of {@link ListPendingWelcomesResponse:interface}. */
export const ListPendingWelcomesResponse: MessageSchema<ListPendingWelcomesResponse> = {
  name: 'ListPendingWelcomesResponse',
  fields: [{ no: 1, name: 'welcomes', kind: 'message', of: PendingWelcome, repeated: true }],
};

/** Body of `POST /groups/{group_id}/commit`. */
export interface UploadCommitRequest {
  /** Empty: none is stored. */
  readonly commitMessage: Uint8Array;
  /** Empty: the old one stays. */
  readonly groupInfo: Uint8Array;
  /** Set once. */
  readonly mlsGroupId: string;
}
/** The fields of {@link UploadCommitRequest:interface}. */
export const UploadCommitRequest: MessageSchema<UploadCommitRequest> = {
  name: 'UploadCommitRequest',
  fields: [
    { no: 1, name: 'commitMessage', kind: 'bytes' },
    { no: 2, name: 'groupInfo', kind: 'bytes' },
    { no: 3, name: 'mlsGroupId', kind: 'string' },
  ],
};

/** Answer to `POST /groups/{group_id}/commit`. */
export type UploadCommitResponse = Record<string, never>;
/** The fields of {@link UploadCommitResponse:type}. */
export const UploadCommitResponse: MessageSchema<UploadCommitResponse> = {
  name: 'UploadCommitResponse',
  fields: [],
};

/** Body of `POST /groups/{group_id}/messages`. */
export interface SendMessageRequest {
  readonly mlsMessage: Uint8Array;
}
/** The fields of {@link SendMessageRequest:interface}. */
export const SendMessageRequest: MessageSchema<SendMessageRequest> = {
  name: 'SendMessageRequest',
  fields: [{ no: 1, name: 'mlsMessage', kind: 'bytes' }],
};

/** Answer to `POST /groups/{group_id}/messages`. */
export interface SendMessageResponse {
  readonly sequenceNum: number;
}
/** The fields of {@link SendMessageResponse:interface}. */
export const SendMessageResponse: MessageSchema<SendMessageResponse> = {
  name: 'SendMessageResponse',
  fields: [{ no: 1, name: 'sequenceNum', kind: 'uint64' }],
};

/** One message of a group. */
export interface StoredMessage {
  readonly sequenceNum: number;
  readonly senderId: Uint8Array;
  readonly mlsMessage: Uint8Array;
  readonly createdAt: number;
}
/** The fields of {@link StoredMessage:interface}. */
export const StoredMessage: MessageSchema<StoredMessage> = {
  name: 'StoredMessage',
  fields: [
    { no: 1, name: 'sequenceNum', kind: 'uint64' },
    { no: 2, name: 'senderId', kind: 'bytes' },
    { no: 3, name: 'mlsMessage', kind: 'bytes' },
    { no: 4, name: 'createdAt', kind: 'uint64' },
  ],
};

/** Answer to `GET /groups/{group_id}/messages`. */
export interface GetMessagesResponse {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[];
}
/** The fields of {@link GetMessagesResponse:interface}. */
export const GetMessagesResponse: MessageSchema<GetMessagesResponse> = {
  name: 'GetMessagesResponse',
  fields: [{ no: 1, name: 'messages', kind: 'message', of: StoredMessage, repeated: true }],
};

/** A message was sent. */
export interface NewMessageEvent {
  readonly groupId: Uint8Array;
  readonly sequenceNum: number;
  readonly senderId: Uint8Array;
}
/** The fields of {@link NewMessageEvent:interface}. */
export const NewMessageEvent: MessageSchema<NewMessageEvent> = {
  name: 'NewMessageEvent',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'sequenceNum', kind: 'uint64' },
    { no: 3, name: 'senderId', kind: 'bytes' },
  ],
};

/** A commit was stored, or settings or roles changed. */
export interface GroupUpdateEvent {
  readonly groupId: Uint8Array;
  readonly updateType: GroupUpdateType;
}
/** The fields of {@link GroupUpdateEvent:interface}. */
export const GroupUpdateEvent: MessageSchema<GroupUpdateEvent> = {
  name: 'GroupUpdateEvent',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'updateType', kind: 'enum' },
  ],
};

/** A welcome waits. */
export interface WelcomeEvent {
  readonly groupId: Uint8Array;
  readonly groupAlias: string;
}
/** The fields of {@link WelcomeEvent:interface}. */
export const WelcomeEvent: MessageSchema<WelcomeEvent> = {
  name: 'WelcomeEvent',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'groupAlias', kind: 'string' },
  ],
};

/** Somebody left, was removed, or is banned. */
export interface MemberRemovedEvent {
  readonly groupId: Uint8Array;
  readonly removedUserId: Uint8Array;
}
/** The fields of {@link MemberRemovedEvent:interface}. */
export const MemberRemovedEvent: MessageSchema<MemberRemovedEvent> = {
  name: 'MemberRemovedEvent',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'removedUserId', kind: 'bytes' },
  ],
};

/** A member came in anew, with other keys. */
export interface IdentityResetEvent {
  readonly groupId: Uint8Array;
  readonly userId: Uint8Array;
}
/** The fields of {@link IdentityResetEvent:interface}. */
export const IdentityResetEvent: MessageSchema<IdentityResetEvent> = {
  name: 'IdentityResetEvent',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'userId', kind: 'bytes' },
  ],
};

/** An invite came. */
export interface InviteReceivedEvent {
  readonly inviteId: Uint8Array;
  readonly groupId: Uint8Array;
  readonly groupName: string;
  readonly groupAlias: string;
  readonly inviterId: Uint8Array;
}
/** The fields of {@link InviteReceivedEvent:interface}. */
export const InviteReceivedEvent: MessageSchema<InviteReceivedEvent> = {
  name: 'InviteReceivedEvent',
  fields: [
    { no: 1, name: 'inviteId', kind: 'bytes' },
    { no: 2, name: 'groupId', kind: 'bytes' },
    { no: 3, name: 'groupName', kind: 'string' },
    { no: 4, name: 'groupAlias', kind: 'string' },
    { no: 5, name: 'inviterId', kind: 'bytes' },
  ],
};

/** An invite was declined, or cancelled. */
export interface InviteDeclinedEvent {
  readonly groupId: Uint8Array;
  readonly declinedUserId: Uint8Array;
}
/** The fields of {@link InviteDeclinedEvent:interface}. */
export const InviteDeclinedEvent: MessageSchema<InviteDeclinedEvent> = {
  name: 'InviteDeclinedEvent',
  fields: [
    { no: 1, name: 'groupId', kind: 'bytes' },
    { no: 2, name: 'declinedUserId', kind: 'bytes' },
  ],
};

/** An invite was taken back. */
export interface InviteCancelledEvent {
  readonly groupId: Uint8Array;
}
/** The fields of {@link InviteCancelledEvent:interface}. */
export const InviteCancelledEvent: MessageSchema<InviteCancelledEvent> = {
  name: 'InviteCancelledEvent',
  fields: [{ no: 1, name: 'groupId', kind: 'bytes' }],
};

/** A group is no more. */
export interface GroupDeletedEvent {
  readonly groupId: Uint8Array;
}
/** The fields of {@link GroupDeletedEvent:interface}. */
export const GroupDeletedEvent: MessageSchema<GroupDeletedEvent> = {
  name: 'GroupDeletedEvent',
  fields: [{ no: 1, name: 'groupId', kind: 'bytes' }],
};

/** What one frame of the event stream carries. */
export interface ServerEvent {
  readonly event:
    | { readonly case: 'newMessage'; readonly value: NewMessageEvent }
    | { readonly case: 'groupUpdate'; readonly value: GroupUpdateEvent }
    | { readonly case: 'welcome'; readonly value: WelcomeEvent }
    | { readonly case: 'memberRemoved'; readonly value: MemberRemovedEvent }
    | { readonly case: 'identityReset'; readonly value: IdentityResetEvent }
    | { readonly case: 'inviteReceived'; readonly value: InviteReceivedEvent }
    | { readonly case: 'inviteDeclined'; readonly value: InviteDeclinedEvent }
    | { readonly case: 'inviteCancelled'; readonly value: InviteCancelledEvent }
    | { readonly case: 'groupDeleted'; readonly value: GroupDeletedEvent }
    | undefined;
}
/** The fields of {@link ServerEvent:interface}. */
export const ServerEvent: MessageSchema<ServerEvent> = {
  name: 'ServerEvent',
  fields: [
    { no: 1, name: 'newMessage', kind: 'message', of: NewMessageEvent, oneof: 'event' },
    { no: 2, name: 'groupUpdate', kind: 'message', of: GroupUpdateEvent, oneof: 'event' },
    { no: 3, name: 'welcome', kind: 'message', of: WelcomeEvent, oneof: 'event' },
    { no: 4, name: 'memberRemoved', kind: 'message', of: MemberRemovedEvent, oneof: 'event' },
    { no: 5, name: 'identityReset', kind: 'message', of: IdentityResetEvent, oneof: 'event' },
    { no: 6, name: 'inviteReceived', kind: 'message', of: InviteReceivedEvent, oneof: 'event' },
    { no: 7, name: 'inviteDeclined', kind: 'message', of: InviteDeclinedEvent, oneof: 'event' },
    { no: 8, name: 'inviteCancelled', kind: 'message', of: InviteCancelledEvent, oneof: 'event' },
    { no: 9, name: 'groupDeleted', kind: 'message', of: GroupDeletedEvent, oneof: 'event' },
  ],
};
