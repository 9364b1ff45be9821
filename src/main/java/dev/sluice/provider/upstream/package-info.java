/**
 * HTTP to one provider: the connection pool of an event loop, request headers, uploads, and the reading of response
 * heads ({@code Retry-After}, network failures in words). Knows nothing of attempts, keys or breakers.
 */
package dev.sluice.provider.upstream;
