/**
 * The conformance suite of Sock Chat, server side. One file for vitest, so that the evidence at its end has seen everything before it.
 */
import './login.js';
import './talk.js';
import './presence.js';
import './channels.js';
import './moderation.js';
import './flood.js';
import './life.js';
import './host.js';
import './evidence.js';
