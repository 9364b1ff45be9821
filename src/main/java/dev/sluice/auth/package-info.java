/**
 * Who is asking. {@link dev.sluice.auth.ApiKeys} knows every virtual key by its hash and turns a token into a
 * {@link dev.sluice.model.Principal}; the vertx-auth provider and the vertx-web handler around it put that on the
 * routing context. {@link dev.sluice.auth.KeyMint} makes new keys for the command line.
 *
 * <p>A token is read here and nowhere else: it is in no exception, log line, label or {@code toString}. This package
 * keeps no state but the keys, does no I/O, and never makes a request wait.
 */
package dev.sluice.auth;
