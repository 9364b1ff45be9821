/**
 * Tokens of an OpenID Connect issuer: its JWKS is fetched and cached, a token's signature and claims are checked, and
 * the result is cached under the hash of the whole token. Without a key set, requests get 503; no caller becomes
 * anonymous.
 */
package dev.sluice.auth.jwt;
