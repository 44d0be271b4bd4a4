/**
 * The conformance suite of Sock Chat, server side. One file for vitest, so that the evidence at its end has seen everything before it.
 */
import './packets.js';
import './login.js';
import './refused-logins.js';
import './talk.js';
import './presence.js';
import './channels.js';
import './channel-access.js';
import './channel-ends.js';
import './moderation.js';
import './bans.js';
import './deletion.js';
import './flood.js';
import './life.js';
import './host.js';
import './races.js';
import './extensions.js';
import './foreign-presence.js';
import './foreign-cost.js';
import './invisible.js';
import './evidence.js';
