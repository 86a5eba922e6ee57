// As SvelteKit asks for it.
import { sveltekit } from '@sveltejs/kit/vite';

export default { plugins: [sveltekit()] };
