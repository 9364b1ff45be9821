/**
 * Authentication and admin roles. {@link dev.sluice.auth.GatewayAuthentication} checks virtual keys of the config file
 * and the store by {@link dev.sluice.auth.keys.KeyRing}, and tokens of an OpenID Connect issuer by
 * {@link dev.sluice.auth.jwt.JwtProvider}. Two handlers put the caller's {@link dev.sluice.model.Principal} on the
 * routing context: {@link dev.sluice.auth.ApiKeyHandler} on the data plane and {@link dev.sluice.auth.AdminAccess} on
 * the admin listener. {@link dev.sluice.auth.keys.KeyService} creates, rotates and revokes keys.
 *
 * <p>Keys and tokens are read in this package only. No exception, log line, metric label or {@code toString} contains
 * one. The request path never queries the store: its keys are a snapshot in memory.
 */
package dev.sluice.auth;
