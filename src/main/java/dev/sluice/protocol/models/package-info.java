/**
 * Model lists: decodes those of providers, in any known shape, and encodes Sluice's own in OpenAI's and in Anthropic's
 * format. The provider's verticle decodes, the data plane encodes; nothing here does I/O.
 */
package dev.sluice.protocol.models;
