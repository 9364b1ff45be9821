/**
 * Wire formats of clients and providers, in both directions. Everything here is pure: bytes in, bytes out; no I/O, no
 * clock, no Vert.x. {@code http} reads requests and writes errors with it, {@code provider} encodes upstream bodies and
 * reads streamed responses. {@link dev.sluice.protocol.Protocols} is the registry.
 *
 * <p>Bytes are passed through: {@link dev.sluice.protocol.json.JsonScanner} finds the spans that Sluice acts on in one
 * validating pass, and only those spans are replaced. Everything else that a client or a provider sends (a number with
 * twenty digits, an unknown field) arrives as it was sent.
 *
 * <p>The code here does not know which provider it calls. Differences from a format are data:
 * {@link dev.sluice.catalog.Quirks} and the facts of the catalog.
 */
package dev.sluice.protocol;
