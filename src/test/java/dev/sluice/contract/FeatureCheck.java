package dev.sluice.contract;

import com.anthropic.errors.AnthropicServiceException;
import com.openai.errors.OpenAIServiceException;
import dev.sluice.contract.Cell.Outcome;
import java.util.List;
import java.util.UUID;

/** Requests one feature and determines the outcome. */
final class FeatureCheck {

    private final ProviderRow row;
    private final ClientApi api;
    private final Feature feature;
    private final String marker = "marker-" + UUID.randomUUID();

    FeatureCheck(ProviderRow row, ClientApi api, Feature feature) {
        this.row = row;
        this.api = api;
        this.feature = feature;
    }

    Cell run() {
        if (!api.supports(feature)) {
            return Cell.of(Outcome.ABSENT);
        }
        ApiRequest request = feature.request(row, api, marker);
        try {
            ApiResponse whole = api.send(request, false);
            if (feature.mode == Feature.Mode.WHOLE) {
                return outcome(whole);
            }
            ApiResponse streamed = api.send(request, true);
            if (!streamed.content().equals(whole.content())
                    || !streamed.dropped().equals(whole.dropped())) {
                return Cell.failed("streamed " + streamed + "\n  but whole " + whole);
            }
            if (feature == Feature.CONVERSATION) {
                continueConversation(request, whole, false);
                continueConversation(request, streamed, true);
            }
            return outcome(streamed);
        } catch (OpenAIServiceException refused) {
            return refused(refused.statusCode(), refused.param().orElse("") + " " + refused.body());
        } catch (AnthropicServiceException refused) {
            return refused(refused.statusCode(), String.valueOf(refused.body()));
        } catch (RuntimeException | AssertionError failed) {
            return Cell.failed(feature + " " + failed);
        }
    }

    private Cell outcome(ApiResponse response) {
        List<String> dropped =
                response.dropped().stream().filter(name -> !name.contains("->")).toList();
        if (!dropped.stream().allMatch(feature::isNamedBy)) {
            return Cell.failed("dropped, but not requested: " + dropped);
        }
        if (!dropped.isEmpty()) {
            boolean works = feature.isPresent(row, api, response, markerSeen()) || feature.restIsPresent(response);
            return works
                    ? new Cell(Outcome.DROPPED, dropped.toString())
                    : Cell.failed("dropped " + dropped + ", but the response was " + response.content());
        }
        if (feature.isPresent(row, api, response, markerSeen())) {
            return Cell.of(Outcome.OK);
        }
        return feature.isAbsent(response) ? Cell.of(Outcome.ABSENT) : Cell.failed("came " + response.content());
    }

    private Cell refused(int status, String words) {
        return status == 400 && feature.isNamedBy(words) ? Cell.of(Outcome.REFUSED) : Cell.failed(status + " " + words);
    }

    private boolean markerSeen() {
        return feature == Feature.SYSTEM
                && row.mock().requests().stream()
                        .anyMatch(recorded -> recorded.raw().toString().contains(marker));
    }

    /** Results of both calls, another call, and its result. */
    private void continueConversation(ApiRequest request, ApiResponse calls, boolean stream) {
        ApiResponse told = api.send(request.withToolResults(calls, "sunny", "noon"), stream);
        is(told.text(), "results: sunny, noon");
        ApiResponse again = api.send(request.followedBy(told, "call time"), stream);
        is(again.content().calls().toString(), "[time{\"city\":\"Paris\"}]");
        is(api.send(request.withToolResults(again, "midnight"), stream).text(), "results: midnight");
    }

    private static void is(String came, String expected) {
        if (!came.equals(expected)) {
            throw new AssertionError("came \"" + came + "\" instead of \"" + expected + "\"");
        }
    }
}
