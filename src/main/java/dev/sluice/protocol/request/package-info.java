/**
 * Request bodies that stay bytes: what is read from them, the limits they are held to, and the spans that are replaced
 * on the way to a provider.
 */
package dev.sluice.protocol.request;
