/**
 * What providers say when they refuse: bodies of any shape become a {@code GatewayError} with a kind, a message fit to
 * be shown, and the wait that the provider asked for.
 */
package dev.sluice.protocol.error;
