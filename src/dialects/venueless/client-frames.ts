/** What somebody shows of themselves: free JSON, with the keys that the web app has (section 4). */
export interface VenuelessProfile {
  readonly display_name?: string;
  readonly avatar?: { readonly identicon?: string; readonly url?: string };
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** Somebody (section 4). */
export interface VenuelessUser {
  readonly id: string;
  readonly profile: VenuelessProfile;
  readonly pretalx_id: string | null;
  /** Left out in results of searches. */
  readonly deleted?: boolean;
  readonly badges: readonly string[];
  readonly inactive: boolean;
  /** `""`, `silenced` or `banned`; only for those who may manage people, as is `token_id`. */
  readonly moderation_state?: string;
  readonly token_id?: string | null;
  /** Only of oneself. */
  readonly client_state?: Readonly<Record<string, unknown>>;
}

/** A room of the world (section 6). */
export interface VenuelessRoom {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly picture: string | null;
  readonly import_id: string | null;
  readonly pretalx_id: number;
  readonly permissions: readonly string[];
  readonly force_join: boolean;
  /** `channel_id` is that of the room's chat, with the type `chat.native` only. */
  readonly modules: readonly {
    readonly type: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly channel_id?: string;
  }[];
  readonly schedule_data: object | null;
  readonly users: 'none' | 'few' | 'many';
}

/** The world as one is shown it (section 6). */
export interface VenuelessWorld {
  readonly world: {
    readonly id: string;
    readonly title: string;
    readonly profile_fields: readonly object[];
    readonly [key: string]: unknown;
  };
  readonly permissions: readonly string[];
  readonly rooms: readonly VenuelessRoom[];
}

/** A channel that one belongs to (section 7). Only direct channels have `members`, oneself among them. */
export interface VenuelessChannel {
  readonly id: string;
  readonly unread_pointer: number;
  readonly members?: readonly VenuelessUser[];
}

/** A file in a message (section 7). */
export interface VenuelessFile {
  readonly url: string;
  readonly name: string;
  readonly mimeType: string;
}

/** What a message or an event says (section 7). */
export type VenuelessContent =
  | { readonly type: 'text'; readonly body: string; readonly preview_card?: object }
  | { readonly type: 'files'; readonly files: readonly VenuelessFile[]; readonly body?: string }
  | { readonly type: 'deleted' }
  | { readonly type: 'call'; readonly body: { readonly id: string; readonly type: string } };

/** What all events of channels have (section 7). */
export interface VenuelessEventFacts {
  readonly event_id: number;
  readonly channel: string;
  readonly sender: string | null;
  /** ISO 8601 with an offset. */
  readonly timestamp: string;
  readonly edited: string | null;
  /** The event in whose place it stands: an edit, or a deletion. */
  readonly replaces: number | null;
  /** Emoji → ids of users. */
  readonly reactions: Readonly<Record<string, readonly string[]>>;
}

/** An event of a channel (section 7). */
export type VenuelessEvent = VenuelessEventFacts &
  (
    | { readonly event_type: 'channel.message'; readonly content: VenuelessContent }
    | {
        readonly event_type: 'channel.member';
        readonly content: { readonly membership: string; readonly user: VenuelessUser };
      }
    | { readonly event_type: 'channel.poll'; readonly content: object }
  );

/** People by id. */
export type VenuelessPeople = Readonly<Record<string, VenuelessUser>>;

/** What following a channel answers (section 8). */
export interface VenuelessSubscription {
  readonly state: null;
  readonly next_event_id: number;
  readonly unread_pointer: number;
  readonly members: readonly VenuelessUser[];
}

/** The organisers to everybody (section 3). */
export interface VenuelessAnnouncement {
  readonly id: string;
  readonly text: string;
  readonly show_until: string | null;
  readonly state: string;
  readonly is_visible: boolean;
}

/** The outcome of a login: the seven keys of section 3. */
export interface VenuelessLogin {
  readonly 'user.config': VenuelessUser;
  readonly 'world.config': VenuelessWorld;
  readonly 'chat.channels': readonly VenuelessChannel[];
  readonly 'chat.read_pointers': Readonly<Record<string, number>>;
  readonly 'chat.notification_counts': Readonly<Record<string, number>>;
  readonly exhibition: {
    readonly exhibitors: readonly object[];
    readonly contact_requests: readonly object[];
  };
  readonly announcements: readonly VenuelessAnnouncement[];
}

/** Everything that the server pushes by itself, by its name on the wire (sections 2, 5, 6, 8 and 9). */
export interface VenuelessPushes {
  /** Something was said in a channel that is followed, or somebody joined or left it. */
  readonly 'chat.event': VenuelessEvent & { readonly users: VenuelessPeople };
  /** Reactions to an event are others; the event is whole. */
  readonly 'chat.event.reaction': VenuelessEvent & { readonly users: VenuelessPeople };
  /** The channels one belongs to are others. */
  readonly 'chat.channels': { readonly channels: readonly VenuelessChannel[] };
  /** One has read further, elsewhere: all of them. */
  readonly 'chat.read_pointers': Readonly<Record<string, number>>;
  /** Something new in channels one belongs to, by their newest event. */
  readonly 'chat.unread_pointers': Readonly<Record<string, number>>;
  /** All that are not zero. */
  readonly 'chat.notification_counts': Readonly<Record<string, number>>;
  /** One was mentioned or written to. */
  readonly 'chat.notification': { readonly event: VenuelessEvent; readonly sender: VenuelessUser };
  /** Some of those whom one mentioned do not get to know of it. */
  readonly 'chat.mention_warning': {
    readonly channel: string;
    readonly event_id: number;
    readonly missed_users: readonly VenuelessUser[];
  };
  /** One's profile or what is kept for one's clients is another, from elsewhere. */
  readonly 'user.updated': VenuelessUser;
  /** The world is another, or what one may do there. */
  readonly 'world.updated': VenuelessWorld;
  /** Roughly how many look at a room. */
  readonly 'world.user_count_change': { readonly room: string; readonly users: VenuelessRoom['users'] };
  /** The schedule's address is another. */
  readonly 'world.schedule.updated': object;
  /** There is a new room, or one that one may see from now on. */
  readonly 'room.create': VenuelessRoom;
  /** A room is gone. */
  readonly 'room.delete': { readonly id: string };
  /** What is on in a room. */
  readonly 'room.schedule': { readonly room: string; readonly schedule_data: object | null };
  /** The organisers speak to everybody. */
  readonly 'announcement.created_or_updated': VenuelessAnnouncement;
  /** The server wants a new login; the client sees to it. */
  readonly 'connection.reload': object;
}

/** Names of {@link VenuelessPushes}: what else comes is in the event `packet` only. */
export const pushNames: ReadonlySet<string> = new Set<keyof VenuelessPushes>([
  'chat.event',
  'chat.event.reaction',
  'chat.channels',
  'chat.read_pointers',
  'chat.unread_pointers',
  'chat.notification_counts',
  'chat.notification',
  'chat.mention_warning',
  'user.updated',
  'world.updated',
  'world.user_count_change',
  'world.schedule.updated',
  'room.create',
  'room.delete',
  'room.schedule',
  'announcement.created_or_updated',
  'connection.reload',
]);

/** Answers to requests, by their action (sections 5 and 8). `user.fetch` by `ids` answers {@link VenuelessPeople}, by `id` one {@link VenuelessUser}. */
export interface VenuelessAnswers {
  readonly 'user.list': { readonly results: readonly VenuelessUser[] };
  readonly 'user.list.search': { readonly results: readonly VenuelessUser[]; readonly isLastPage: boolean };
  readonly 'user.list.blocked': { readonly users: readonly VenuelessUser[] };
  readonly 'user.online_status': Readonly<Record<string, boolean>>;
  readonly 'chat.subscribe': VenuelessSubscription;
  readonly 'chat.join': VenuelessSubscription;
  readonly 'chat.fetch': { readonly results: readonly VenuelessEvent[]; readonly users: VenuelessPeople };
  readonly 'chat.send': { readonly event: VenuelessEvent };
  readonly 'chat.react': VenuelessEvent;
  readonly 'chat.direct.create': VenuelessSubscription & { readonly id: string };
}
