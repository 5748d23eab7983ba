# config/routes.rb:  post "/zipchat-token", to: "zipchat#token"
# app/controllers/zipchat_controller.rb; zipchat_token is the Ruby sample of the step before, and
# current_user is how your own code tells who is signed in.
class ZipchatController < ApplicationController
  # It changes nothing and answers only pages of your own: it needs no form's token.
  skip_forgery_protection

  def token
    return head :unauthorized unless current_user

    response.headers["Cache-Control"] = "no-store"
    render json: { token: zipchat_token(current_user) }
  end
end

# app/views/layouts/application.html.erb, before </body>: the snippet under "Any page".
