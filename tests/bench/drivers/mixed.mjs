// One room of all dialects of text: every third member speaks the same one.
import originchats from './originchats.mjs';
import sockchat from './sockchat.mjs';
import venueless from './venueless.mjs';

const drivers = [sockchat, originchats, venueless];

export default { of: (index) => drivers[index % drivers.length] };
