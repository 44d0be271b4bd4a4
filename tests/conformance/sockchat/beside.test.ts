/** What Sock Chat viewers see of a chat that speaks other protocols too, over real connections. */
import { crossing } from './crossing.js';
import { edits } from './edits.js';
import { shownAsText } from './shown-as-text.js';
import { whispers } from './whispers.js';

edits();
shownAsText();
whispers();
crossing();
