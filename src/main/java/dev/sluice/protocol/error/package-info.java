/**
 * Errors of providers: bodies of any shape become a {@code GatewayError} with a kind, a message that clients may see,
 * and the retry delay that the provider requested.
 */
package dev.sluice.protocol.error;
