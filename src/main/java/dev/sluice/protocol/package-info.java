/**
 * Wire formats, both ways, pure: bytes in, bytes out; no I/O, no clock, no Vert.x. {@code http} reads requests here and
 * writes errors, {@code provider} makes upstream bodies and follows streamed answers.
 *
 * <p>The rule of this package is that bytes pass: {@link dev.sluice.protocol.json.JsonScanner} finds the spans that
 * Sluice acts on in one validating pass, and only those spans are ever replaced. Whatever else a client or a provider
 * says (a number with twenty digits, a field nobody here has heard of) arrives as it was sent.
 *
 * <p>What it must not know: which provider it speaks to. Departures from a format come in as
 * {@link dev.sluice.catalog.Quirks}.
 */
package dev.sluice.protocol;
