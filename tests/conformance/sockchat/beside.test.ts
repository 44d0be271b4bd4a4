/** What Sock Chat viewers see of a chat that speaks other protocols too, over real connections. */
import { edits } from './edits.js';

edits();
