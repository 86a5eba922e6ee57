// A server of its own, which the test starts.
import adapter from '@sveltejs/adapter-node';

export default { kit: { adapter: adapter() } };
