package example.pakkeforlop.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * HAPI's JPA server for FHIR R4 at /fhir of a port of 127.0.0.1.
 *
 * <p>Arguments: the port (0: a free one) and a JDBC URL of H2 or PostgreSQL. Prints one line when it serves: "ready" and its address.
 * Ends with SIGTERM, and when its standard input ends: so it does not outlive whoever started it.
 */
public final class Server {
  /** Held: the level of a logger that nobody holds is forgotten. */
  private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

  private Server() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 2) {
      System.err.println("usage: Server PORT JDBC-URL");
      System.exit(2);
    }
    endWithParent();
    TOMCAT_LOG.setLevel(Level.WARNING);
    System.setProperty("jdbcUrl", arguments[1]);
    Tomcat tomcat = serve(restOf(new AnnotationConfigApplicationContext(HapiBeans.class)), Integer.parseInt(arguments[0]));
    System.out.printf("ready http://127.0.0.1:%d/fhir%n", tomcat.getConnector().getLocalPort());
    tomcat.getServer().await();
  }

  private static void endWithParent() {
    Thread watch = new Thread(() -> {
      try {
        while (System.in.read() >= 0) continue;
      } catch (IOException closed) {
        // the same as its end
      }
      Runtime.getRuntime().halt(0);
    });
    watch.setDaemon(true);
    watch.start();
  }

  private static RestfulServer restOf(BeanFactory beans) {
    RestfulServer rest = new RestfulServer(beans.getBean(FhirContext.class));
    rest.setDefaultResponseEncoding(EncodingEnum.JSON);
    rest.setInterceptorService(beans.getBean(IInterceptorService.class));
    rest.setPagingProvider(beans.getBean(DatabaseBackedPagingProvider.class));
    rest.registerProvider(beans.getBean(JpaSystemProvider.class));
    rest.registerProviders(beans.getBean(ResourceProviderFactory.class).createProviders());
    rest.setServerConformanceProvider(
        new JpaCapabilityStatementProvider(
            rest,
            beans.getBean(IFhirSystemDao.class),
            beans.getBean(JpaStorageSettings.class),
            beans.getBean(ISearchParamRegistry.class),
            beans.getBean("myJpaValidationSupportChain", IValidationSupport.class)));
    return rest;
  }

  private static Tomcat serve(RestfulServer rest, int port) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("hapi-").toString());
    tomcat.setPort(port);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    // "identifier=system|value" is what clients send, though RFC 3986 wants the bar escaped
    tomcat.getConnector().setProperty("relaxedQueryChars", "|");
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "fhir", rest).setLoadOnStartup(1);
    context.addServletMappingDecoded("/fhir/*", "fhir");
    tomcat.start();
    return tomcat;
  }
}
