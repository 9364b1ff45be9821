/**
 * HTTP to one provider: the connection pool of an event loop, request headers, uploads, retry delays from response
 * headers, and descriptions of network failures. Knows nothing of attempts, keys or breakers.
 */
package dev.sluice.provider.upstream;
