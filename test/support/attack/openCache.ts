import { openVerificationCache } from '../../../verification/cache';

// A program of its own, because the home directory is looked up in the real environment: opens the cache as the pack does, which makes its secret.
const cache = openVerificationCache();
void cache.settled().then(() => console.log('opened'));
