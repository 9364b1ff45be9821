/**
 * Who is asking, and what they may. {@link dev.sluice.auth.keys.KeyRing} knows every virtual key by its hash, those of
 * the config file and those of the store; {@link dev.sluice.auth.jwt.JwtProvider} knows an issuer's tokens by the keys
 * that {@link dev.sluice.auth.jwt.JwksClient} fetches. {@link dev.sluice.auth.GatewayAuthentication} is both for
 * vertx-auth, the handlers put the {@link dev.sluice.model.Principal} on the routing context:
 * {@link dev.sluice.auth.ApiKeyHandler} on the data plane, {@link dev.sluice.auth.AdminAccess} on the admin listener.
 * {@link dev.sluice.auth.keys.KeyService} decides what keys somebody may make.
 *
 * <p>A token is read here and nowhere else: it is in no exception, log line, label or {@code toString}. Nothing here
 * asks the store, and a request waits only for the keys of an issuer that are not known yet, two seconds at most.
 */
package dev.sluice.auth;
