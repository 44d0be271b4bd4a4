/**
 * The conformance suite of Sock Chat, server side. One file for vitest, so that the evidence at its end has seen everything before it.
 */
import './login.js';
