package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.conformance.ApiDescription.Objects;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge itself, which runs without the descriptions of the providers too. */
class ApiDescriptionTest {

    private static final String DOCUMENT = """
        {'openapi': '3.0.3', 'components': {'schemas': {
          'Request': {'type': 'object', 'required': ['messages'], 'properties': {
            'user': {'type': 'string', 'nullable': true, 'maxLength': 4},
            'top': {'type': 'number', 'minimum': 0, 'exclusiveMinimum': true},
            'default': {'type': 'integer', 'default': 1},
            'messages': {'type': 'array', 'items': {'$ref': '#/components/schemas/Message'}}}},
          'Message': {'oneOf': [
              {'$ref': '#/components/schemas/Text'}, {'$ref': '#/components/schemas/Call'}],
            'discriminator': {'propertyName': 'type', 'mapping': {
              'text': '#/components/schemas/Text', 'call': 'Call'}}},
          'Text': {'type': 'object', 'required': ['text'], 'additionalProperties': false, 'properties': {
            'type': {'type': 'string'}, 'text': {'type': 'string'}}},
          'Call': {'allOf': [{'$ref': '#/components/schemas/Named'},
            {'type': 'object', 'required': ['arguments'], 'properties': {
              'type': {'type': 'string'}, 'arguments': {'$ref': '#/components/schemas/Nothing'}}}]},
          'Named': {'type': 'object', 'properties': {'name': {'type': 'string'}}}}}}
        """;

    @Test
    void whatTheDescriptionAllowsIsNoViolation() {
        String valid = "{'user':null,'top':0.1,'default':2,'more':1,'messages':[{'type':'text','text':'a'},"
                + "{'type':'call','name':'n','arguments':{}}]}";

        assertThat(violations(Objects.AS_DESCRIBED, valid)).isEmpty();
    }

    @Test
    void eachViolationHasThePathAndTheRule() {
        String invalid = "{'user':'abcde','top':0,'default':'2','messages':[{'type':'text','text':1,'more':2},"
                + "{'type':'call','name':3}]}";

        assertThat(violations(Objects.AS_DESCRIBED, invalid))
                .containsExactlyInAnyOrder(
                        "user: maxLength 4",
                        "top: exclusiveMinimum 0",
                        "default: is string, expected \"integer\"",
                        "messages/[text]/text: is number, expected \"string\"",
                        "messages/[text]: unknown more",
                        "messages/[call]/name: is number, expected \"string\"",
                        "messages/[call]: missing arguments");
        assertThat(violations(Objects.AS_DESCRIBED, "{}")).containsExactly(": missing messages");
        assertThat(violations(Objects.AS_DESCRIBED, "{'messages':[{'type':'image'}]}"))
                .isNotEmpty();
    }

    @Test
    void closedObjectsRefuseUnknownMembersAndOpenOnesAllowThem() {
        String more = "{'more':1,'messages':[{'type':'text','text':'a','more':2},"
                + "{'type':'call','name':'n','arguments':{},'more':3}]}";

        assertThat(violations(Objects.CLOSED, more))
                .containsExactlyInAnyOrder(
                        ": unknown more", "messages/[text]: unknown more", "messages/[call]: unknown more");
        assertThat(violations(Objects.OPEN, more)).isEmpty();
    }

    @Test
    void fillersOfCapturesAreExpanded() {
        JsonNode kept = json("{'a':{'$cat':[{'$fill':7,'k':3,'s':'x4-1'},'!']},'b':[{'c':1}]}");

        JsonNode expanded = Captures.expand(kept);

        assertThat(expanded.path("a").textValue())
                .hasSize(8)
                .startsWith("x")
                .contains("-")
                .endsWith("!");
        assertThat(expanded.path("b")).isEqualTo(kept.path("b"));
    }

    private static List<String> violations(Objects objects, String value) {
        return ApiDescription.of(json(DOCUMENT), objects)
                .schema("test", "#/components/schemas/Request")
                .violations(json(value));
    }

    private static JsonNode json(String text) {
        try {
            return ApiDescription.JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
