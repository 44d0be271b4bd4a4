/** How encrypted groups, and the tokens of those who use them, are kept. */
export interface GroupSettings {
  /** How long a token is good after it was last used, in ms. Default 30 days. */
  readonly tokenMs: number;
  /** How long an invitation waits for an answer, in ms. Default 30 days. Beyond it: gone at the next clean-up, which nobody is told. */
  readonly inviteMs: number;
  /** How long messages of groups are kept, in seconds, whatever a group says. Default -1: as long as the group says; 0 is the same. */
  readonly retentionSeconds: number;
  /** How often what is over is cleaned up, in ms. Default 3,600,000 ms. */
  readonly cleanUpMs: number;
  /**
   * When the last admin of a group goes, in whatever way, whoever has been in it for longest becomes admin. Default `false`: the group stays
   * without, as in Conclave's own server.
   */
  readonly promoteSuccessor: boolean;
  /** A group goes with its last member. Default `false`: it stays, and so does its name, as in Conclave's own server. */
  readonly dropEmptyGroups: boolean;
}

export const groupSettings: GroupSettings = {
  tokenMs: 2_592_000_000,
  inviteMs: 2_592_000_000,
  retentionSeconds: -1,
  cleanUpMs: 3_600_000,
  promoteSuccessor: false,
  dropEmptyGroups: false,
};
