/**
 * OpenAI's Chat Completions and legacy Completions. Chat Completions is the reference format: every OpenAI-compatible
 * provider uses it, with the quirks and variants that the catalog lists.
 *
 * <p>The roles are those of {@code protocol.spi}, with the prefix {@code OpenAi}: {@code RequestEncoder},
 * {@code MessageEncoder} and {@code ContentEncoder} write requests for providers; {@code RequestDecoder},
 * {@code MessageDecoder} and {@code ContentDecoder} read requests of clients. {@code ResponseDecoder} is the
 * {@code StreamDecoder} as well and reads the deltas of a message with {@code DeltaDecoder}; {@code ResponseEncoder}
 * and {@code StreamEncoder} write responses. {@code Mappings} and {@code ToolMappings} convert values, {@code Errors}
 * writes the error envelope. For pass-through, {@code ChatPassThroughReader} reads each event with
 * {@code ChatEventScanner}.
 */
package dev.sluice.protocol.openai;
