/**
 * Tokens of an OpenID Connect issuer: its JWKS is fetched and cached, a token's signature and claims are checked, and
 * the result is cached under the hash of the whole token. A missing key set answers 503, never an anonymous caller.
 */
package dev.sluice.auth.jwt;
