package example.pakkeforlop.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * HL7's validator, offline: R4's definitions, terminology in memory, and profiles of one's own.
 *
 * <p>Arguments: folders of FHIR JSON (profiles, value sets, code systems). Reads a resource a line from standard input, and answers each
 * with a line: a JSON list of {"severity", "location", "message"}. What a resource's meta.profile names is checked. Ends with its input.
 */
public final class Validate {
  private record Issue(String severity, String location, String message) {}

  private static final FhirContext FHIR = FhirContext.forR4();
  private static final ObjectMapper JSON = new ObjectMapper();

  private Validate() {}

  public static void main(String[] folders) throws IOException {
    FhirValidator validator = validatorWith(folders);
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(JSON.writeValueAsString(issuesOf(validator, line)));
      out.flush();
    }
  }

  /** The text is given as it is: a resource that was parsed before has lost some of its faults. */
  private static List<Issue> issuesOf(FhirValidator validator, String text) {
    try {
      JSON.readTree(text);
      return validator.validateWithResult(text).getMessages().stream().map(Validate::issue).toList();
    } catch (JsonProcessingException fault) {
      return List.of(new Issue("fatal", "", "is no JSON: " + fault.getOriginalMessage()));
    } catch (RuntimeException fault) {
      return List.of(new Issue("fatal", "", String.valueOf(fault.getMessage())));
    }
  }

  private static Issue issue(SingleValidationMessage message) {
    String location = message.getLocationString() == null ? "" : message.getLocationString();
    return new Issue(message.getSeverity().getCode(), location, message.getMessage());
  }

  private static FhirValidator validatorWith(String[] folders) throws IOException {
    PrePopulatedValidationSupport own = new PrePopulatedValidationSupport(FHIR);
    for (String folder : folders) for (Path file : jsonIn(Path.of(folder))) own.addResource(read(file));
    // SNOMED CT, LOINC and most national lists are not here: their codes cannot be wrong here
    UnknownCodeSystemWarningValidationSupport unknown = new UnknownCodeSystemWarningValidationSupport(FHIR);
    unknown.setNonExistentCodeSystemSeverity(IssueSeverity.WARNING);
    FhirInstanceValidator module =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                own,
                new DefaultProfileValidationSupport(FHIR),
                new SnapshotGeneratingValidationSupport(FHIR),
                new CommonCodeSystemsTerminologyService(FHIR),
                new InMemoryTerminologyServerValidationSupport(FHIR),
                unknown));
    module.setErrorForUnknownProfiles(true);
    module.setAnyExtensionsAllowed(false);
    module.setAssumeValidRestReferences(true);
    module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    return FHIR.newValidator().registerValidatorModule(module);
  }

  private static List<Path> jsonIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static IBaseResource read(Path file) throws IOException {
    return FHIR.newJsonParser().parseResource(Files.readString(file));
  }
}
